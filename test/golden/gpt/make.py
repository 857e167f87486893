"""Records a tiny GPT in PyTorch: weights, logits, loss, every gradient and the losses of ten steps.

Run it as `python3 make.py` in this folder; made with torch 2.13 and safetensors 0.8 in float64, stored
as float32. The names of the weights are those of `src/network`, the arithmetic is PyTorch's own.
"""

import torch
import torch.nn.functional as F
from safetensors.torch import save_file

VOCABULARY, WIDTH, DEPTH, HEADS, BATCH, TIME = 11, 16, 2, 2, 3, 7
HEAD = WIDTH // HEADS
torch.manual_seed(20240501)
torch.set_default_dtype(torch.float64)

weights = {"embedding": torch.randn(VOCABULARY, WIDTH) * 0.5}
for layer in range(DEPTH):
    path = f"layers.{layer}."
    weights[path + "attentionNorm.scale"] = 1 + 0.1 * torch.randn(WIDTH)
    weights[path + "attention.input"] = torch.randn(WIDTH, 3 * WIDTH) * 0.25
    weights[path + "attention.queryScale"] = 1 + 0.1 * torch.randn(HEAD)
    weights[path + "attention.keyScale"] = 1 + 0.1 * torch.randn(HEAD)
    weights[path + "attention.output"] = torch.randn(WIDTH, WIDTH) * 0.25
    weights[path + "mlpNorm.scale"] = 1 + 0.1 * torch.randn(WIDTH)
    weights[path + "mlp.input"] = torch.randn(WIDTH, 4 * WIDTH) * 0.25
    weights[path + "mlp.output"] = torch.randn(4 * WIDTH, WIDTH) * 0.25
weights["norm.scale"] = 1 + 0.1 * torch.randn(WIDTH)
weights["head.0"] = torch.randn(VOCABULARY, WIDTH) * 0.25
# Exactly what float32 can hold, so that both sides start from the same numbers.
weights = {name: w.float().double().requires_grad_() for name, w in weights.items()}

ids = torch.randint(0, VOCABULARY, (BATCH, TIME))
labels = torch.randint(0, VOCABULARY, (BATCH, TIME))

frequencies = 10_000 ** (-torch.arange(0, HEAD, 2) / HEAD)
angles = torch.outer(torch.arange(TIME), frequencies)
rotations = torch.polar(torch.ones_like(angles), angles)


def rotate(x):
    """Each pair (i, i + half) as a complex number, turned by its angle."""
    first, second = x.chunk(2, dim=-1)
    turned = torch.complex(first, second) * rotations
    return torch.cat([turned.real, turned.imag], dim=-1)


def split_heads(x):
    return x.view(BATCH, TIME, HEADS, HEAD).transpose(1, 2)


def forward():
    x = F.embedding(ids, weights["embedding"])
    for layer in range(DEPTH):
        own = lambda name: weights[f"layers.{layer}.{name}"]
        normed = F.rms_norm(x, (WIDTH,), own("attentionNorm.scale"), eps=1e-6)
        q, k, v = map(split_heads, (normed @ own("attention.input")).chunk(3, dim=-1))
        q = rotate(F.rms_norm(q, (HEAD,), own("attention.queryScale"), eps=1e-6))
        k = rotate(F.rms_norm(k, (HEAD,), own("attention.keyScale"), eps=1e-6))
        attended = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + attended.transpose(1, 2).reshape(BATCH, TIME, WIDTH) @ own("attention.output")
        normed = F.rms_norm(x, (WIDTH,), own("mlpNorm.scale"), eps=1e-6)
        x = x + F.relu(normed @ own("mlp.input")).square() @ own("mlp.output")
    return F.rms_norm(x, (WIDTH,), weights["norm.scale"], eps=1e-6) @ weights["head.0"].T


logits = forward()
loss = F.cross_entropy(logits.view(-1, VOCABULARY), labels.view(-1))
loss.backward()

record = {"ids": ids.int(), "labels": labels.int(), "logits": logits.detach(), "loss": loss.detach()}
record |= {f"weight {name}": w.detach().clone() for name, w in weights.items()}
record |= {f"gradient {name}": w.grad.clone() for name, w in weights.items()}

matrices = [w for w in weights.values() if w.dim() == 2]
others = [w for w in weights.values() if w.dim() < 2]
optimizer = torch.optim.AdamW(
    [{"params": matrices, "weight_decay": 0.1}, {"params": others, "weight_decay": 0}],
    lr=1e-2, betas=(0.9, 0.95), eps=1e-8,
)
losses, norms = [], []
for step in range(10):
    optimizer.zero_grad()
    loss = F.cross_entropy(forward().view(-1, VOCABULARY), labels.view(-1))
    loss.backward()
    norms.append(torch.nn.utils.clip_grad_norm_(list(weights.values()), 1.0))
    losses.append(loss.detach())
    optimizer.step()
record |= {"losses": torch.stack(losses), "gradientNorms": torch.stack(norms)}
record |= {f"trained {name}": w.detach().clone() for name, w in weights.items() if "layers" not in name}

save_file(
    {name: (t.float() if t.is_floating_point() else t).contiguous() for name, t in record.items()},
    "reference.safetensors",
)
