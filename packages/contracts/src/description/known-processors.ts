const versions = (family: string, ...list: string[]): string[] =>
  list.map((version) => `${family}_${version}`);

/** Processor codes of PAI-EAS (contract 8.6), whether or not an installation offers them. */
export const KNOWN_PROCESSORS: readonly string[] = [
  'pmml',
  'xgboost',
  'tensorflow_cpu',
  ...versions('tensorflow_cpu', '1.12', '1.14', '1.15', '2.3', '2.4', '2.7'),
  ...versions('tensorflow_gpu', '1.12', '1.14', '1.15', '2.4', '2.7'),
  ...versions('pytorch_cpu', '1.6', '1.7', '1.9', '1.10'),
  ...versions('pytorch_gpu', '1.6', '1.7', '1.9', '1.10'),
  'caffe_cpu',
  'caffe_gpu',
  'onnx_cu100',
  'triton',
  'easyrec-2.4',
  'easyrec-torch-1.0',
  'parameter_sever',
  'alink_pai_processor',
  'xnn_cpu',
  'easy_vision_cpu_tf1.12_torch151',
  'easy_vision_gpu_tf1.12_torch151',
  'easy_nlp_cpu_tf1.12',
  'easy_nlp_gpu_tf1.12',
  'easytransfer_cpu',
  'easytransfer_gpu',
  'easynlp',
  'easycv',
  'blade_cpu',
  'blade_cuda10.0_beta',
  'mediaflow',
];
