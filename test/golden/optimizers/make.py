"""Records ten steps of PyTorch's AdamW and Muon on random gradients.

Run it as `python3 make.py` in this folder; made with torch 2.13 and safetensors 0.8. Muon's iteration
there is in bfloat16, so only about two digits of its updates can be compared.
"""

import torch
from safetensors.torch import save_file

STEPS = 10
torch.manual_seed(20240502)
starts = {"matrix": torch.randn(6, 4), "tall": torch.randn(9, 3), "vector": torch.randn(5)}
gradients = {name: torch.randn(STEPS, *start.shape) for name, start in starts.items()}
rates = torch.linspace(0.02, 0.002, STEPS)
record = {f"start {name}": start for name, start in starts.items()}
record |= {f"gradients {name}": gradient for name, gradient in gradients.items()}
record["rates"] = rates


def run(optimizer_of, names):
    results = {}
    for name in names:
        parameter = starts[name].clone().requires_grad_()
        optimizer = optimizer_of(parameter)
        values = []
        for step in range(STEPS):
            optimizer.param_groups[0]["lr"] = rates[step].item()
            parameter.grad = gradients[name][step].clone()
            optimizer.step()
            values.append(parameter.detach().clone())
        results[name] = torch.stack(values)
    return results


def adamw(parameter):
    decay = 0.1 if parameter.dim() == 2 else 0
    return torch.optim.AdamW([parameter], betas=(0.9, 0.95), eps=1e-8, weight_decay=decay)


def muon(parameter):
    return torch.optim.Muon(
        [parameter], momentum=0.95, weight_decay=0.1, adjust_lr_fn="match_rms_adamw"
    )


record |= {f"adamw {name}": values for name, values in run(adamw, starts).items()}
record |= {f"muon {name}": values for name, values in run(muon, ["matrix", "tall"]).items()}
save_file({name: tensor.contiguous() for name, tensor in record.items()}, "reference.safetensors")
