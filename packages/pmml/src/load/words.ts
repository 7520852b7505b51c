import { MODEL_ELEMENTS } from '../models/model-elements.js';

const MODELS = [...MODEL_ELEMENTS].join(' ');
const EXPRESSIONS =
  'Constant FieldRef NormContinuous NormDiscrete Discretize MapValues TextIndex Apply Aggregate Lag';
const PREDICATES = 'SimplePredicate CompoundPredicate SimpleSetPredicate True False';
const DISTRIBUTIONS = 'AnyDistribution GaussianDistribution PoissonDistribution UniformDistribution';
const EMBEDDED = 'Output Targets LocalTransformations ResultField';
/** What every model may have. */
export const MODEL = {
  attributes: 'modelName functionName algorithmName isScorable x-mathContext',
  children: 'MiningSchema Output Targets LocalTransformations ModelVerification',
};

/**
 * The words of PMML 3.0 to 4.4: "element: its attributes / its children", `*` for anything. Extensions may be anywhere,
 * and what is not listed (the Header and what is in it) says nothing that bears on answers. Some words are no standard, but say nothing that another one does not say: `isTarget`, `targetField` of BayesOutput,
 * `multipleModelMethod` of MiningModel; `meanThreshold` and `rawDataValue` (3.1) are about what callers do with answers.
 */
export const WORDS = `
PMML: version / Header DataDictionary TransformationDictionary ${MODELS}
DataDictionary: numberOfFields / DataField Taxonomy
DataField: name displayName optype dataType taxonomy isCyclic / Interval Value
Interval: closure leftMargin rightMargin
Value: value displayValue property
Taxonomy: name / *
TransformationDictionary: / DefineFunction DerivedField
LocalTransformations: / DerivedField
DerivedField: name displayName optype dataType / ${EXPRESSIONS} Interval Value
DefineFunction: name optype dataType / ParameterField DerivedField ${EXPRESSIONS}
ParameterField: name optype dataType displayName
Constant: dataType missing
FieldRef: field mapMissingTo
NormContinuous: field mapMissingTo outliers / LinearNorm
LinearNorm: orig norm
NormDiscrete: field method value mapMissingTo
Discretize: field mapMissingTo defaultValue dataType / DiscretizeBin
DiscretizeBin: binValue / Interval
MapValues: mapMissingTo defaultValue outputColumn dataType / FieldColumnPair TableLocator InlineTable
FieldColumnPair: field column
TableLocator: / *
InlineTable: / row
row: / *
TextIndex: textField localTermWeights isCaseSensitive maxLevenshteinDistance countHits wordSeparatorCharacterRE tokenize / TextIndexNormalization ${EXPRESSIONS}
TextIndexNormalization: inField outField regexField recursive isCaseSensitive maxLevenshteinDistance wordSeparatorCharacterRE tokenize / TableLocator InlineTable
Apply: function mapMissingTo defaultValue invalidValueTreatment / ${EXPRESSIONS}
Aggregate: field function groupField sqlWhere
Lag: field n aggregate / BlockIndicator
BlockIndicator: field
MiningSchema: / MiningField
MiningField: name usageType optype importance outliers lowValue highValue missingValueReplacement missingValueTreatment invalidValueTreatment invalidValueReplacement
Output: / OutputField
OutputField: name displayName optype dataType targetField feature value ruleFeature algorithm rank rankBasis rankOrder isMultiValued segmentId isFinalResult / Decisions Value ${EXPRESSIONS}
Decisions: businessProblem description / Decision ${EXPRESSIONS}
Decision: value displayValue description
Targets: / Target
Target: field optype castInteger min max rescaleConstant rescaleFactor / TargetValue
TargetValue: value displayValue rawDataValue priorProbability defaultValue / Partition
Partition: name size / *
ModelVerification: recordCount fieldCount / VerificationFields InlineTable
VerificationFields: / VerificationField
VerificationField: field column precision zeroThreshold
True:
False:
SimplePredicate: field operator value
SimpleSetPredicate: field booleanOperator / Array
CompoundPredicate: booleanOperator / ${PREDICATES}
Array: n type
INT-SparseArray: n defaultValue / Indices INT-Entries
REAL-SparseArray: n defaultValue / Indices REAL-Entries
Indices:
INT-Entries:
REAL-Entries:
Matrix: kind nbRows nbCols diagDefault offDiagDefault / Array INT-SparseArray REAL-SparseArray MatCell
MatCell: row col
MiningModel: multipleModelMethod / Segmentation Regression DecisionTree
Segmentation: multipleModelMethod missingPredictionTreatment missingThreshold / LocalTransformations Segment
Segment: id weight / VariableWeight ${PREDICATES} ${MODELS}
VariableWeight: field
Regression: modelName functionName algorithmName normalizationMethod / RegressionTable ${EMBEDDED}
DecisionTree: modelName functionName algorithmName missingValueStrategy missingValuePenalty noTrueChildStrategy splitCharacteristic / Node ${EMBEDDED}
ResultField: name displayName optype dataType feature value
TreeModel: missingValueStrategy missingValuePenalty noTrueChildStrategy splitCharacteristic / Node
Node: id score recordCount defaultChild / Partition ScoreDistribution Node Regression DecisionTree ${PREDICATES}
ScoreDistribution: value recordCount confidence probability
RegressionModel: modelType targetFieldName normalizationMethod / RegressionTable
RegressionTable: intercept targetCategory / NumericPredictor CategoricalPredictor PredictorTerm
NumericPredictor: name exponent coefficient
CategoricalPredictor: name value coefficient
PredictorTerm: name coefficient / FieldRef
GeneralRegressionModel: targetVariableName modelType targetReferenceCategory cumulativeLink linkFunction linkParameter trialsVariable trialsValue distribution distParameter offsetVariable offsetValue modelDF endTimeVariable startTimeVariable subjectIDVariable statusVariable baselineStrataVariable / ParameterList FactorList CovariateList PPMatrix PCovMatrix ParamMatrix EventValues BaseCumHazardTables
ParameterList: / Parameter
Parameter: name label referencePoint
FactorList: / Predictor
CovariateList: / Predictor
Predictor: name contrastMatrixType / Categories Matrix
Categories: / Category
Category: value
PPMatrix: / PPCell
PPCell: value predictorName parameterName targetCategory
PCovMatrix: type / *
ParamMatrix: / PCell
PCell: targetCategory parameterName beta df
EventValues: / *
BaseCumHazardTables: maxTime / BaselineStratum BaselineCell
BaselineStratum: value label maxTime / BaselineCell
BaselineCell: time cumHazard
NeuralNetwork: activationFunction normalizationMethod threshold width altitude numberOfLayers / NeuralInputs NeuralLayer NeuralOutputs
NeuralInputs: numberOfInputs / NeuralInput
NeuralInput: id / DerivedField
NeuralLayer: numberOfNeurons activationFunction threshold width altitude normalizationMethod / Neuron
Neuron: id bias width altitude / Con
Con: from weight
NeuralOutputs: numberOfOutputs / NeuralOutput
NeuralOutput: outputNeuron / DerivedField
SupportVectorMachineModel: threshold svmRepresentation alternateBinaryTargetCategory classificationMethod maxWins / LinearKernelType PolynomialKernelType RadialBasisKernelType SigmoidKernelType VectorDictionary SupportVectorMachine
LinearKernelType: description
PolynomialKernelType: description gamma coef0 degree
RadialBasisKernelType: description gamma
SigmoidKernelType: description gamma coef0
VectorDictionary: numberOfVectors / VectorFields VectorInstance
VectorFields: numberOfFields / FieldRef CategoricalPredictor
VectorInstance: id / Array REAL-SparseArray
SupportVectorMachine: targetCategory alternateTargetCategory threshold / SupportVectors Coefficients
SupportVectors: numberOfSupportVectors numberOfAttributes / SupportVector
SupportVector: vectorId
Coefficients: numberOfCoefficients absoluteValue / Coefficient
Coefficient: value
ClusteringModel: modelClass numberOfClusters / ComparisonMeasure ClusteringField CenterFields MissingValueWeights Cluster
CenterFields: / DerivedField
MissingValueWeights: / Array
Cluster: id name size / KohonenMap Array INT-SparseArray REAL-SparseArray Partition Covariances
KohonenMap: coord1 coord2 coord3
Covariances: / Matrix
ClusteringField: field isCenterField fieldWeight similarityScale compareFunction / Comparisons
Comparisons: / Matrix
ComparisonMeasure: kind compareFunction minimum maximum / euclidean squaredEuclidean chebychev cityBlock minkowski simpleMatching jaccard tanimoto binarySimilarity
euclidean:
squaredEuclidean:
chebychev:
cityBlock:
minkowski: p-parameter
simpleMatching:
jaccard:
tanimoto:
binarySimilarity: c00-parameter c01-parameter c10-parameter c11-parameter d00-parameter d01-parameter d10-parameter d11-parameter
NearestNeighborModel: numberOfNeighbors continuousScoringMethod categoricalScoringMethod instanceIdVariable threshold / TrainingInstances ComparisonMeasure KNNInputs
TrainingInstances: isTransformed recordCount fieldCount / InstanceFields TableLocator InlineTable
InstanceFields: / InstanceField
InstanceField: field column isTarget
KNNInputs: / KNNInput
KNNInput: field fieldWeight compareFunction / Comparisons
GaussianProcessModel: optimizer / RadialBasisKernel ARDSquaredExponentialKernel AbsoluteExponentialKernel GeneralizedExponentialKernel TrainingInstances
RadialBasisKernel: description gamma noiseVariance lambda
ARDSquaredExponentialKernel: description gamma noiseVariance / Lambda
AbsoluteExponentialKernel: description gamma noiseVariance / Lambda
GeneralizedExponentialKernel: description gamma noiseVariance degree / Lambda
Lambda: / Array
NaiveBayesModel: threshold / BayesInputs BayesOutput
BayesInputs: / BayesInput
BayesInput: fieldName / TargetValueStats DerivedField PairCounts
BayesOutput: fieldName targetField / TargetValueCounts
PairCounts: value / TargetValueCounts
TargetValueCounts: / TargetValueCount
TargetValueCount: value count
TargetValueStats: / TargetValueStat
TargetValueStat: value / ${DISTRIBUTIONS}
AnyDistribution: mean variance
GaussianDistribution: mean variance
PoissonDistribution: mean
UniformDistribution: lower upper
RuleSetModel: / RuleSet
RuleSet: recordCount nbCorrect defaultScore defaultConfidence / RuleSelectionMethod ScoreDistribution SimpleRule CompoundRule
RuleSelectionMethod: criterion
SimpleRule: id score recordCount nbCorrect confidence weight / ScoreDistribution ${PREDICATES}
CompoundRule: / SimpleRule CompoundRule ${PREDICATES}
Scorecard: initialScore useReasonCodes reasonCodeAlgorithm baselineScore baselineMethod / Characteristics
Characteristics: / Characteristic
Characteristic: name reasonCode baselineScore / Attribute
Attribute: reasonCode partialScore / ComplexPartialScore ${PREDICATES}
ComplexPartialScore: / ${EXPRESSIONS}
AssociationModel: numberOfTransactions maxNumberOfItemsPerTA avgNumberOfItemsPerTA minimumSupport minimumConfidence lengthLimit numberOfItems numberOfItemsets numberOfRules / Item Itemset AssociationRule
Item: id value field category mappedValue weight
Itemset: id support numberOfItems / ItemRef
ItemRef: itemRef
AssociationRule: antecedent consequent support confidence lift leverage affinity id
SequenceModel: numberOfTransactions maxNumberOfItemsPerTransaction avgNumberOfItemsPerTransaction numberOfTransactionGroups maxNumberOfTAsPerTAGroup avgNumberOfTAsPerTAGroup minimumSupport minimumConfidence lengthLimit numberOfItems numberOfSets numberOfSequences numberOfRules timeWindowWidth minimumTime maximumTime / Constraints Item Itemset SetPredicate Sequence SequenceRule
Constraints: minimumNumberOfItems maximumNumberOfItems minimumNumberOfAntecedentItems maximumNumberOfAntecedentItems minimumNumberOfConsequentItems maximumNumberOfConsequentItems minimumSupport minimumConfidence minimumLift minimumTotalSequenceTime maximumTotalSequenceTime minimumItemsetSeparationTime maximumItemsetSeparationTime minimumAntConsSeparationTime maximumAntConsSeparationTime
SetPredicate: id field operator / Array
Sequence: id numberOfSets occurrence support / SetReference Delimiter Time
SequenceRule: id numberOfSets occurrence support confidence lift / AntecedentSequence Delimiter Time ConsequentSequence
AntecedentSequence: / SequenceReference Time
ConsequentSequence: / SequenceReference Time
SequenceReference: seqId
SetReference: setId
Delimiter: delimiter gap
Time: min max mean standardDeviation
AnomalyDetectionModel: algorithmType sampleDataSize meanThreshold / MeanClusterDistances ${MODELS}
MeanClusterDistances: / Array
BaselineModel: / TestDistributions
TestDistributions: field testStatistic resetValue windowSize weightField normalizationScheme / Baseline Alternate
Baseline: / CountTable NormalizedCountTable FieldRef ${DISTRIBUTIONS}
Alternate: / ${DISTRIBUTIONS}
CountTable: sample / FieldValue FieldValueCount
NormalizedCountTable: sample / FieldValue FieldValueCount
FieldValue: field value / FieldValue FieldValueCount
FieldValueCount: field value count
BayesianNetworkModel: modelType inferenceMethod / BayesianNetworkNodes
BayesianNetworkNodes: / DiscreteNode ContinuousNode
DiscreteNode: name count / DerivedField DiscreteConditionalProbability ValueProbability
ContinuousNode: name count / DerivedField ContinuousConditionalProbability ContinuousDistribution
DiscreteConditionalProbability: count / ParentValue ValueProbability
ContinuousConditionalProbability: count / ParentValue ContinuousDistribution
ParentValue: parent value
ValueProbability: value probability
ContinuousDistribution: / TriangularDistributionForBN NormalDistributionForBN LognormalDistributionForBN UniformDistributionForBN
TriangularDistributionForBN: / Mean Lower Upper
NormalDistributionForBN: / Mean Variance
LognormalDistributionForBN: / Mean Variance
UniformDistributionForBN: / Lower Upper
Mean: / ${EXPRESSIONS}
Lower: / ${EXPRESSIONS}
Upper: / ${EXPRESSIONS}
Variance: / ${EXPRESSIONS}
TextModel: numberOfTerms numberOfDocuments / TextDictionary TextCorpus DocumentTermMatrix TextModelNormalization TextModelSimiliarity TextModelSimilarity
TextDictionary: / Taxonomy Array
TextCorpus: / TextDocument
TextDocument: id name length file
DocumentTermMatrix: / Matrix
TextModelNormalization: localTermWeights globalTermWeights documentNormalization
TextModelSimiliarity: similarityType
TextModelSimilarity: similarityType
TimeSeriesModel: bestFit / TimeSeries SpectralAnalysis ARIMA ExponentialSmoothing SeasonalTrendDecomposition StateSpaceModel GARCH
TimeSeries: usage startTime endTime interpolationMethod field / TimeAnchor TimeException TimeValue
TimeAnchor: type offset stepsize displayName / *
TimeException: type count / *
TimeValue: index time value standardError / Timestamp
SpectralAnalysis: / *
SeasonalTrendDecomposition: / *
ARIMA: RMSE transformation constantTerm predictionMethod / NonseasonalComponent SeasonalComponent DynamicRegressor MaximumLikelihoodStat OutlierEffect
NonseasonalComponent: p d q / AR MA
SeasonalComponent: P D Q period / AR MA
AR: / Array
MA: / MACoefficients Residuals
MACoefficients: / Array
Residuals: / Array
DynamicRegressor: field transformation delay futureValuesMethod targetField / *
OutlierEffect: type startTime magnitude dampingCoefficient
MaximumLikelihoodStat: method periodDeficit / KalmanState ThetaRecursionState
KalmanState: / *
ThetaRecursionState: / *
ExponentialSmoothing: RMSE transformation / Level Trend_ExpoSmooth Seasonality_ExpoSmooth TimeValue
Level: alpha quadraticSmoothedValue cubicSmoothedValue smoothedValue
Trend_ExpoSmooth: trend gamma phi smoothedValue / Array
Seasonality_ExpoSmooth: type period unit phase delta / Array
StateSpaceModel: variance period intercept / StateVector TransitionMatrix MeasurementMatrix InterceptVector PredictedStateCovarianceMatrix SelectedStateCovarianceMatrix ObservationVarianceMatrix PsiVector DynamicRegressor
StateVector: / Array
TransitionMatrix: / Matrix
MeasurementMatrix: / Matrix
InterceptVector: type / Array
PredictedStateCovarianceMatrix: / Matrix
SelectedStateCovarianceMatrix: / Matrix
ObservationVarianceMatrix: / Matrix
PsiVector: targetField variance / Array
GARCH: / ARMAPart GARCHPart
ARMAPart: constant p q / AR MA
GARCHPart: constant gp gq / ResidualSquareCoefficients VarianceCoefficients
ResidualSquareCoefficients: / Residuals MACoefficients
VarianceCoefficients: / PastVariances MACoefficients
PastVariances: / Array
`;
