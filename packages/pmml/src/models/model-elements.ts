/** Model elements of PMML 4.4; those without a compiler are refused by name. */
export const MODEL_ELEMENTS: ReadonlySet<string> = new Set([
  'AnomalyDetectionModel',
  'AssociationModel',
  'BaselineModel',
  'BayesianNetworkModel',
  'ClusteringModel',
  'GaussianProcessModel',
  'GeneralRegressionModel',
  'MiningModel',
  'NaiveBayesModel',
  'NearestNeighborModel',
  'NeuralNetwork',
  'RegressionModel',
  'RuleSetModel',
  'Scorecard',
  'SequenceModel',
  'SupportVectorMachineModel',
  'TextModel',
  'TimeSeriesModel',
  'TreeModel',
]);

/** Models inside nodes of trees and inside a MiningModel: those two without their MiningSchema. */
export const EMBEDDED_ELEMENTS: ReadonlySet<string> = new Set(['Regression', 'DecisionTree']);
