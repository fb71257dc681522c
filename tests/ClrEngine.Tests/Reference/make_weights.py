# python3 make_weights.py (PyTorch): writes state.pt, wrapped.pt and pytorch-weights.json beside itself.
import collections
import json
import os

import torch
from torch import nn

HERE = os.path.dirname(os.path.abspath(__file__))


def net():
    return nn.Sequential(collections.OrderedDict(hidden=nn.Linear(4, 8), norm=nn.BatchNorm1d(8), relu=nn.ReLU(), output=nn.Linear(8, 3)))


torch.manual_seed(5)
model = net()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
for _ in range(3):
    optimizer.zero_grad()
    model(torch.randn(16, 4)).square().mean().backward()
    optimizer.step()
model.eval()
x = torch.randn(5, 4)
torch.save(model.state_dict(), os.path.join(HERE, 'state.pt'))

# As training scripts save: data parallel, beside the optimiser; numbers of every width, and one tensor whose columns lie behind one another.
state = collections.OrderedDict(('module.' + name, value) for name, value in model.state_dict().items() if name != 'norm.num_batches_tracked')
state['module.hidden.weight'] = state['module.hidden.weight'].double().t().contiguous().t()
state['module.hidden.bias'] = nn.Parameter(state['module.hidden.bias'].half())
state['module.output.weight'] = state['module.output.weight'].bfloat16()
torch.save({'epoch': 3, 'state_dict': state, 'optimizer': optimizer.state_dict(), 'best': 0.5}, os.path.join(HERE, 'wrapped.pt'))
loaded = net()
loaded.load_state_dict({name[len('module.'):]: value.float() for name, value in state.items()}, strict=False)
loaded.eval()
with torch.no_grad():
    said = {
        'x': x.flatten().tolist(),
        'state': {'weights': {name: value.float().flatten().tolist() for name, value in model.state_dict().items()}, 'y': model(x).flatten().tolist()},
        'wrapped': {'weights': {name[len('module.'):]: value.float().flatten().tolist() for name, value in state.items()}, 'y': loaded(x).flatten().tolist()},
    }
with open(os.path.join(HERE, 'pytorch-weights.json'), 'w') as file:
    json.dump(said, file)
