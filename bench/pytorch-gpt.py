"""The network of bench/train.ts as PyTorch users would write it, for a race on the same machine.

Usage: python3 pytorch-gpt.py SIZE STEPS THREADS     (large or nano; a Python with torch 2.4 or newer)

Prints one JSON object: PyTorch's version, the median step in milliseconds and the peak memory of the
process in bytes.
"""

import json
import resource
import statistics
import sys
import time

import torch
from torch import nn
from torch.nn import functional

SIZES = {
    "large": dict(layers=6, width=384, heads=6, context=256, batch=12, vocabulary=65),
    "nano": dict(layers=4, width=128, heads=4, context=64, batch=12, vocabulary=65),
}


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.attention_norm = nn.RMSNorm(width)
        self.attention_input = nn.Linear(width, 3 * width, bias=False)
        self.attention_output = nn.Linear(width, width, bias=False)
        self.feed_forward_norm = nn.RMSNorm(width)
        self.widen = nn.Linear(width, 4 * width, bias=False)
        self.narrow = nn.Linear(4 * width, width, bias=False)

    def forward(self, x):
        split = self.attention_input(self.attention_norm(x)).chunk(3, dim=-1)
        queries, keys, values = (
            part.unflatten(-1, (self.heads, -1)).transpose(1, 2) for part in split
        )
        attended = functional.scaled_dot_product_attention(queries, keys, values, is_causal=True)
        x = x + self.attention_output(attended.transpose(1, 2).flatten(2))
        return x + self.narrow(functional.relu(self.widen(self.feed_forward_norm(x))).square())


class GPT(nn.Module):
    def __init__(self, layers, width, heads, context, batch, vocabulary):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, width)
        self.positions = nn.Embedding(context, width)
        self.blocks = nn.Sequential(*(Block(width, heads) for _ in range(layers)))
        self.norm = nn.RMSNorm(width)
        self.head = nn.Linear(width, vocabulary, bias=False)
        for table in (self.embedding, self.positions, self.head):
            nn.init.normal_(table.weight, std=0.02)

    def forward(self, ids, labels):
        x = self.blocks(self.embedding(ids) + self.positions.weight)
        return functional.cross_entropy(self.head(self.norm(x)).flatten(0, 1), labels.flatten())


def main(size, steps, threads):
    torch.manual_seed(1)
    torch.set_num_threads(threads)
    shape = SIZES[size]
    model = GPT(**shape)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, fused=True)
    draw = lambda: torch.randint(shape["vocabulary"], (shape["batch"], shape["context"]))
    seconds = []
    for _ in range(steps + 2):
        ids, labels = draw(), draw()
        start = time.perf_counter()
        loss = model(ids, labels)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        seconds.append(time.perf_counter() - start)
    print(
        json.dumps(
            {
                "version": torch.__version__,
                # The first steps also set up memory.
                "millisecondsPerStep": 1000 * statistics.median(seconds[2:]),
                "peakMemoryBytes": 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
            }
        )
    )


main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
