import { checkCount } from '../../xml/arrays.js';
import type { XmlElement } from '../../xml/element.js';
import type { ModelContext } from '../contract.js';
import type { Activation, Normalization } from './activation.js';
import { ACTIVATIONS, activationOf, normalizationOf, normalizeLayer } from './activation.js';
import { activationFloat, normalizeLayerFloat } from './activation-float.js';
import { denseLayer } from './dense-layer.js';
import { radialFloat, weightedFloat } from './layer-float.js';
import type { Bumps, Layer, Shape } from './layer-shape.js';
import { rowByRow } from './layer-shape.js';

/** What layers inherit from the model. */
export interface LayerDefaults {
  readonly activation: Activation | undefined;
  readonly threshold: number;
  readonly width: number | undefined;
  readonly altitude: number;
  /** What a rectifier lets through of negative sums (JPMML's `x-leakage`). */
  readonly leakage: number;
}

/** Compiles a `NeuralLayer` whose first neuron is number `start`; `index` finds neurons by id and learns its own. */
export function compileLayer(
  element: XmlElement,
  defaults: LayerDefaults,
  normalization: Normalization,
  index: Map<string, number>,
  math: ModelContext['math'],
): { layer: Layer; size: number } {
  const neurons = element.all('Neuron');
  if (neurons.length === 0) element.refuse('it has no Neuron');
  checkCount(element, 'numberOfNeurons', neurons.length, 'neurons');
  const start = index.size;
  const kind =
    element.choice('activationFunction', ACTIVATIONS) ??
    defaults.activation ??
    element.refuse('neither it nor the network has an activationFunction');
  const counts = neurons.map((neuron) => neuron.all('Con').length);
  const first = new Int32Array(neurons.length + 1);
  counts.forEach((count, i) => {
    first[i + 1] = (first[i] as number) + count;
  });
  const from = new Int32Array(first[neurons.length] as number);
  const weights = new Float64Array(from.length);
  const bias = new Float64Array(neurons.length);
  neurons.forEach((neuron, i) => {
    bias[i] = neuron.number('bias', 0);
    neuron.all('Con').forEach((con, j) => {
      const at = (first[i] as number) + j;
      from[at] = index.get(con.need('from')) ?? con.refuse(`neuron ${con.attr('from')} is not known here`);
      weights[at] = con.needNumber('weight');
    });
  });
  for (const [i, neuron] of neurons.entries()) {
    const id = neuron.need('id');
    if (index.has(id)) neuron.refuse(`the id ${JSON.stringify(id)} is used twice`);
    index.set(id, start + i);
  }
  const shape = { start, first, from, weights, bias };
  const float = math === 'float';
  const compute =
    kind === 'radialBasis'
      ? (float ? radialFloat : radial)(readBumps(element, neurons, defaults), shape)
      : (float ? weightedFloat : weighted)(
          (float ? activationFloat : activationOf)(
            kind,
            element.number('threshold', defaults.threshold),
            element.number('x-leakage', defaults.leakage),
          ),
          shape,
        );
  const method = normalizationOf(element, normalization);
  const normalize = float ? normalizeLayerFloat : normalizeLayer;
  const size = neurons.length;
  if (method === 'none') return { layer: compute, size };
  return {
    size,
    layer: (activations, stride, rows) => {
      compute(activations, stride, rows);
      for (let r = 0; r < rows; r++) {
        const from = r * stride + start;
        normalize(method, activations.subarray(from, from + size));
      }
    },
  };
}

function weighted(activate: (z: number) => number, shape: Shape): Layer {
  const { start, first, from, weights, bias } = shape;
  const origin = denseOrigin(shape);
  if (origin >= 0) return denseLayer(activate, { start, origin, weights, bias });
  return rowByRow((activations, base) => {
    for (let i = 0; i < bias.length; i++) {
      const end = first[i + 1] as number;
      let z = bias[i] as number;
      for (let c = first[i] as number; c < end; c++) {
        z += (weights[c] as number) * (activations[base + (from[c] as number)] as number);
      }
      activations[base + start + i] = activate(z);
    }
  });
}

function readBumps(
  element: XmlElement,
  neurons: readonly XmlElement[],
  { width, altitude }: LayerDefaults,
): Bumps {
  return {
    widths: neurons.map(
      (n) => n.number('width') ?? element.number('width') ?? width ?? n.refuse('radialBasis needs a width'),
    ),
    altitudes: neurons.map((n) => n.number('altitude') ?? element.number('altitude', altitude)),
  };
}

function radial({ widths, altitudes }: Bumps, { start, first, from, weights }: Shape): Layer {
  return rowByRow((activations, base) => {
    for (let i = 0; i < widths.length; i++) {
      const [begin, end] = [first[i] as number, first[i + 1] as number];
      let distance = 0;
      for (let c = begin; c < end; c++) {
        const d = (activations[base + (from[c] as number)] as number) - (weights[c] as number);
        distance += d * d;
      }
      const width = widths[i] as number;
      const z = (end - begin) * Math.log(altitudes[i] as number) - distance / (2 * width * width);
      activations[base + start + i] = Math.exp(z);
    }
  });
}

/** First of the consecutive neurons that all of a layer's neurons are connected to, in order; -1 otherwise. */
function denseOrigin({ first, from, bias }: Shape): number {
  const origin = from[0] ?? -1;
  const size = first[1] ?? 0;
  if (from.length !== size * bias.length) return -1;
  for (let c = 0; c < from.length; c++) if (from[c] !== origin + (c % size)) return -1;
  return origin;
}
