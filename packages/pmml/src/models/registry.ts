import { compileClusteringModel } from './clustering/clustering-model.js';
import { compileAssociationModel } from './association/association-model.js';
import { compileAnomalyDetectionModel } from './anomaly/anomaly-detection-model.js';
import { compileBaselineModel } from './baseline/baseline-model.js';
import type { ModelCompiler } from './contract.js';
import { compileGeneralRegressionModel } from './general-regression/general-regression-model.js';
import { compileMiningModel } from './mining/mining-model.js';
import { compileNaiveBayesModel } from './naive-bayes/naive-bayes-model.js';
import { compileNearestNeighborModel } from './nearest-neighbor/nearest-neighbor-model.js';
import { compileRegressionModel } from './regression/regression-model.js';
import { compileRuleSetModel } from './rule-set/rule-set-model.js';
import { compileTreeModel } from './tree/tree-model.js';

/** Model elements and what compiles them. A new model type is one line here. */
export const MODELS: ReadonlyMap<string, ModelCompiler> = new Map<string, ModelCompiler>([
  ['MiningModel', compileMiningModel],
  ['RegressionModel', compileRegressionModel],
  ['TreeModel', compileTreeModel],
  ['ClusteringModel', compileClusteringModel],
  ['NearestNeighborModel', compileNearestNeighborModel],
  ['NaiveBayesModel', compileNaiveBayesModel],
  ['RuleSetModel', compileRuleSetModel],
  ['AssociationModel', compileAssociationModel],
  ['AnomalyDetectionModel', compileAnomalyDetectionModel],
  ['BaselineModel', compileBaselineModel],
  ['GeneralRegressionModel', compileGeneralRegressionModel],
]);
