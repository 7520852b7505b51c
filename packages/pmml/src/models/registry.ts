import { compileAnomalyDetectionModel } from './anomaly/anomaly-detection-model.js';
import { compileAssociationModel } from './association/association-model.js';
import { compileBaselineModel } from './baseline/baseline-model.js';
import { compileBayesianNetworkModel } from './bayesian-network/bayesian-network-model.js';
import { compileClusteringModel } from './clustering/clustering-model.js';
import type { ModelCompiler } from './contract.js';
import { compileGaussianProcessModel } from './gaussian-process/gaussian-process-model.js';
import { compileGeneralRegressionModel } from './general-regression/general-regression-model.js';
import { compileMiningModel } from './mining/mining-model.js';
import { compileNaiveBayesModel } from './naive-bayes/naive-bayes-model.js';
import { compileNearestNeighborModel } from './nearest-neighbor/nearest-neighbor-model.js';
import { compileNeuralNetwork } from './neural-network/neural-network.js';
import { compileRegressionModel } from './regression/regression-model.js';
import { compileRuleSetModel } from './rule-set/rule-set-model.js';
import { compileScorecard } from './scorecard/scorecard.js';
import { compileSequenceModel } from './sequence/sequence-model.js';
import { compileSupportVectorMachine } from './support-vector-machine/support-vector-machine-model.js';
import { compileTextModel } from './text/text-model.js';
import { compileTimeSeriesModel } from './time-series/time-series-model.js';
import { compileTreeModel } from './tree/tree-model.js';

/** Model elements and what compiles them. A new model type is one line here. */
export const MODELS: ReadonlyMap<string, ModelCompiler> = new Map<string, ModelCompiler>([
  ['MiningModel', compileMiningModel],
  ['RegressionModel', compileRegressionModel],
  ['NeuralNetwork', compileNeuralNetwork],
  ['Scorecard', compileScorecard],
  ['SupportVectorMachineModel', compileSupportVectorMachine],
  ['TreeModel', compileTreeModel],
  ['ClusteringModel', compileClusteringModel],
  ['NearestNeighborModel', compileNearestNeighborModel],
  ['NaiveBayesModel', compileNaiveBayesModel],
  ['RuleSetModel', compileRuleSetModel],
  ['AssociationModel', compileAssociationModel],
  ['AnomalyDetectionModel', compileAnomalyDetectionModel],
  ['BaselineModel', compileBaselineModel],
  ['TimeSeriesModel', compileTimeSeriesModel],
  ['GaussianProcessModel', compileGaussianProcessModel],
  ['BayesianNetworkModel', compileBayesianNetworkModel],
  ['TextModel', compileTextModel],
  ['SequenceModel', compileSequenceModel],
  ['GeneralRegressionModel', compileGeneralRegressionModel],
  // Embedded in nodes and in models of models; no models of a document.
  ['Regression', compileRegressionModel],
  ['DecisionTree', compileTreeModel],
]);
