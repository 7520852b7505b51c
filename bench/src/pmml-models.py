"""Trains the models of the PMML benchmark, writes them as PMML, and times the native libraries.

Usage: pmml-models.py OUT — fills the folder OUT with NAME.pmml and rows.csv; where it is filled, prints the rows per
second of the native libraries as JSON.
"""
import json
import os
import sys
import time
from xml.sax.saxutils import quoteattr

os.environ["OMP_NUM_THREADS"] = "1"
import lightgbm as lgb
import numpy as np
import xgboost as xgb
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

OUT = sys.argv[1]
FEATURES = 12
NAMES = [f"x{i}" for i in range(FEATURES)]
COLOURS = ["red", "green", "blue", "grey"]
rng = np.random.default_rng(7)
X = np.round(rng.normal(size=(6000, FEATURES)), 4)
colour = rng.integers(0, len(COLOURS), size=len(X))
score = X[:, 0] * 1.5 - X[:, 1] + np.sin(2 * X[:, 2]) + X[:, 3] * X[:, 4] + 0.4 * (colour == 1) + rng.normal(0, 0.3, len(X))
label = (score > 0).astype(int)


def num(v):
    return repr(float(v))


def document(name, body, data_type="double", categorical=False):
    fields = "".join(f'<DataField name="{n}" optype="continuous" dataType="{data_type}"/>' for n in NAMES)
    if categorical:
        values = "".join(f"<Value value={quoteattr(c)}/>" for c in COLOURS)
        fields += f'<DataField name="colour" optype="categorical" dataType="string">{values}</DataField>'
    fields += '<DataField name="y" optype="categorical" dataType="string"><Value value="0"/><Value value="1"/></DataField>'
    fields += '<DataField name="z" optype="continuous" dataType="double"/>'
    text = f'<?xml version="1.0"?>\n<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/><DataDictionary>{fields}</DataDictionary>{body}</PMML>\n'
    with open(os.path.join(OUT, f"{name}.pmml"), "w") as f:
        f.write(text)


def schema(target, names=NAMES):
    active = "".join(f'<MiningField name="{n}"/>' for n in names)
    return f'<MiningSchema>{active}{f"<MiningField name={quoteattr(target)} usageType=%starget%s/>" % (chr(34), chr(34)) if target else ""}</MiningSchema>'


PROBABILITIES = '<Output><OutputField name="p_0" feature="probability" value="0" dataType="double"/><OutputField name="p_1" feature="probability" value="1" dataType="double"/></Output>'


def logistic():
    onehot = np.eye(len(COLOURS))[colour]
    model = LogisticRegression(max_iter=500).fit(np.hstack([X, onehot]), label)
    w = model.coef_[0]
    terms = "".join(f'<NumericPredictor name="{n}" coefficient="{num(c)}"/>' for n, c in zip(NAMES, w))
    terms += "".join(f'<CategoricalPredictor name="colour" value="{c}" coefficient="{num(v)}"/>' for c, v in zip(COLOURS, w[FEATURES:]))
    document("logistic-regression", f'<RegressionModel functionName="classification" normalizationMethod="logit">{schema("y", NAMES + ["colour"])}{PROBABILITIES}<RegressionTable intercept="{num(model.intercept_[0])}" targetCategory="1">{terms}</RegressionTable><RegressionTable intercept="0.0" targetCategory="0"/></RegressionModel>', categorical=True)


def tree_nodes(tree, node, predicate):
    counts = tree.value[node][0]
    total = counts.sum()
    shares = "".join(f'<ScoreDistribution value="{c}" recordCount="{num(v / total * tree.n_node_samples[node])}"/>' for c, v in enumerate(counts))
    if tree.children_left[node] < 0:
        return f'<Node score="{int(counts.argmax())}">{predicate}{shares}</Node>'
    name, threshold = NAMES[tree.feature[node]], num(tree.threshold[node])
    left = tree_nodes(tree, tree.children_left[node], f'<SimplePredicate field="{name}" operator="lessOrEqual" value="{threshold}"/>')
    right = tree_nodes(tree, tree.children_right[node], f'<SimplePredicate field="{name}" operator="greaterThan" value="{threshold}"/>')
    return f"<Node>{predicate}{left}{right}</Node>"


def small_tree():
    tree = DecisionTreeClassifier(max_depth=5, random_state=0).fit(X, label).tree_
    document("small-tree", f'<TreeModel functionName="classification" splitCharacteristic="binarySplit">{schema("y")}{PROBABILITIES}{tree_nodes(tree, 0, "<True/>")}</TreeModel>')


def forest():
    model = RandomForestClassifier(100, max_depth=10, random_state=0).fit(X, label)
    segments = "".join(f'<Segment><True/><TreeModel functionName="classification" splitCharacteristic="binarySplit">{schema(None)}{tree_nodes(e.tree_, 0, "<True/>")}</TreeModel></Segment>' for e in model.estimators_)
    document("random-forest", f'<MiningModel functionName="classification">{schema("y")}{PROBABILITIES}<Segmentation multipleModelMethod="average">{segments}</Segmentation></MiningModel>')


def xgb_node(node, predicate, ident):
    if "leaf" in node:
        return f'<Node id="{ident}-{node["nodeid"]}" score="{np.float32(node["leaf"])}">{predicate}</Node>'
    name, threshold = node["split"], np.float32(node["split_condition"])
    children = {c["nodeid"]: c for c in node["children"]}
    left = xgb_node(children[node["yes"]], f'<SimplePredicate field="{name}" operator="lessThan" value="{threshold}"/>', ident)
    right = xgb_node(children[node["no"]], f'<SimplePredicate field="{name}" operator="greaterOrEqual" value="{threshold}"/>', ident)
    return f'<Node id="{ident}-{node["nodeid"]}" defaultChild="{ident}-{node["missing"]}">{predicate}{left}{right}</Node>'


def boosted(segments, schema_text, math=""):
    return f'<MiningModel functionName="regression"{math}>{schema_text}<Output><OutputField name="margin" dataType="double" feature="predictedValue" isFinalResult="false"/></Output><Segmentation multipleModelMethod="sum">{segments}</Segmentation></MiningModel>'


def xgboost():
    model = xgb.XGBClassifier(n_estimators=100, max_depth=6, base_score=0.5, n_jobs=1).fit(X.astype(np.float32), label)
    booster = model.get_booster()
    booster.feature_names = NAMES
    trees = [json.loads(t) for t in booster.get_dump(dump_format="json")]
    segments = "".join(f'<Segment><True/><TreeModel functionName="regression" missingValueStrategy="defaultChild" x-mathContext="float">{schema(None)}{xgb_node(t, "<True/>", i)}</TreeModel></Segment>' for i, t in enumerate(trees))
    inner = boosted(segments, schema(None), ' x-mathContext="float"')
    link = f'<RegressionModel functionName="classification" normalizationMethod="logit"><MiningSchema><MiningField name="margin"/><MiningField name="y" usageType="target"/></MiningSchema>{PROBABILITIES}<RegressionTable intercept="0.0" targetCategory="1"><NumericPredictor name="margin" coefficient="1.0"/></RegressionTable><RegressionTable intercept="0.0" targetCategory="0"/></RegressionModel>'
    document("xgboost", f'<MiningModel functionName="classification">{schema("y")}<Segmentation multipleModelMethod="modelChain"><Segment><True/>{inner}</Segment><Segment><True/>{link}</Segment></Segmentation></MiningModel>', data_type="float")
    booster.save_model(os.path.join(OUT, "xgboost.ubj"))


def lgb_node(node, predicate, ident):
    if "leaf_value" in node:
        return f'<Node id="{ident}-l{node.get("leaf_index", 0)}" score="{num(node["leaf_value"])}">{predicate}</Node>'
    name, threshold = NAMES[node["split_feature"]], num(node["threshold"])
    left = lgb_node(node["left_child"], f'<SimplePredicate field="{name}" operator="lessOrEqual" value="{threshold}"/>', ident)
    right = lgb_node(node["right_child"], f'<SimplePredicate field="{name}" operator="greaterThan" value="{threshold}"/>', ident)
    child = node["left_child"] if node["default_left"] else node["right_child"]
    default = f'{ident}-l{child["leaf_index"]}' if "leaf_value" in child else f'{ident}-{child["split_index"]}'
    return f'<Node id="{ident}-{node["split_index"]}" defaultChild="{default}">{predicate}{left}{right}</Node>'


def lightgbm():
    model = lgb.LGBMRegressor(n_estimators=100, num_leaves=31, n_jobs=1, verbose=-1).fit(X, score)
    info = model.booster_.dump_model()["tree_info"]
    segments = "".join(f'<Segment><True/><TreeModel functionName="regression" missingValueStrategy="defaultChild">{schema(None)}{lgb_node(t["tree_structure"], "<True/>", i)}</TreeModel></Segment>' for i, t in enumerate(info))
    document("lightgbm", f'<MiningModel functionName="regression">{schema("z")}<Segmentation multipleModelMethod="sum">{segments}</Segmentation></MiningModel>')
    model.booster_.save_model(os.path.join(OUT, "lightgbm.txt"))


def network():
    model = MLPClassifier((32,), max_iter=60, random_state=0).fit(X, label)
    inputs = "".join(f'<NeuralInput id="i{i}"><DerivedField optype="continuous" dataType="double"><FieldRef field="{n}"/></DerivedField></NeuralInput>' for i, n in enumerate(NAMES))
    (w1, w2), (b1, b2) = model.coefs_, model.intercepts_

    def neuron(ident, bias, weights, sources):
        return f'<Neuron id="{ident}" bias="{num(bias)}">' + "".join(f'<Con from="{s}" weight="{num(w)}"/>' for s, w in zip(sources, weights)) + "</Neuron>"

    hidden = "".join(neuron(f"h{j}", b1[j], w1[:, j], [f"i{i}" for i in range(FEATURES)]) for j in range(len(b1)))
    out = neuron("o", b2[0], w2[:, 0], [f"h{j}" for j in range(len(b1))])
    complement = neuron("c1", 0, [1.0], ["o"]) + neuron("c0", 1, [-1.0], ["o"])
    outputs = "".join(f'<NeuralOutput outputNeuron="c{c}"><DerivedField optype="categorical" dataType="string"><NormDiscrete field="y" value="{c}"/></DerivedField></NeuralOutput>' for c in (0, 1))
    document("neural-network", f'<NeuralNetwork functionName="classification" activationFunction="rectifier">{schema("y")}{PROBABILITIES}<NeuralInputs>{inputs}</NeuralInputs><NeuralLayer activationFunction="rectifier">{hidden}</NeuralLayer><NeuralLayer activationFunction="logistic">{out}</NeuralLayer><NeuralLayer activationFunction="identity">{complement}</NeuralLayer><NeuralOutputs>{outputs}</NeuralOutputs></NeuralNetwork>')


def machine():
    model = SVC(gamma=0.1).fit(X[:2000], label[:2000])
    fields = "".join(f'<FieldRef field="{n}"/>' for n in NAMES)
    vectors = "".join(f'<VectorInstance id="{i}"><Array type="real" n="{FEATURES}">{" ".join(num(v) for v in sv)}</Array></VectorInstance>' for i, sv in enumerate(model.support_vectors_))
    refs = "".join(f'<SupportVector vectorId="{i}"/>' for i in range(len(model.support_vectors_)))
    coefficients = "".join(f'<Coefficient value="{num(-c)}"/>' for c in model.dual_coef_[0])
    document("svm", f'<SupportVectorMachineModel functionName="classification" classificationMethod="OneAgainstOne">{schema("y")}<RadialBasisKernelType gamma="0.1"/><VectorDictionary><VectorFields>{fields}</VectorFields>{vectors}</VectorDictionary><SupportVectorMachine targetCategory="1" alternateTargetCategory="0"><SupportVectors>{refs}</SupportVectors><Coefficients absoluteValue="{num(-model.intercept_[0])}">{coefficients}</Coefficients></SupportVectorMachine></SupportVectorMachineModel>')


def scorecard():
    cuts = [-1.0, -0.3, 0.3, 1.0]
    parts = ""
    for i, n in enumerate(NAMES[:8]):
        attributes = "".join(f'<Attribute partialScore="{5 * k + i}"><SimplePredicate field="{n}" operator="lessOrEqual" value="{c}"/></Attribute>' for k, c in enumerate(cuts))
        parts += f'<Characteristic name="c{i}" reasonCode="R{i}" baselineScore="12">{attributes}<Attribute partialScore="{30 + i}"><True/></Attribute></Characteristic>'
    document("scorecard", f'<Scorecard functionName="regression" useReasonCodes="true" reasonCodeAlgorithm="pointsBelow" initialScore="10">{schema("z", NAMES[:8])}<Output><OutputField name="score" feature="predictedValue" dataType="double"/><OutputField name="reason" feature="reasonCode" rank="1"/></Output><Characteristics>{parts}</Characteristics></Scorecard>')


def rate(run, rows):
    run()
    best = 0.0
    for _ in range(7):
        start = time.process_time()
        run()
        best = max(best, rows / (time.process_time() - start))
    return best


def native():
    big = np.tile(X, (10, 1))
    single = big.astype(np.float32)
    booster = xgb.Booster({"nthread": 1}, model_file=os.path.join(OUT, "xgboost.ubj"))
    forest = lgb.Booster(model_file=os.path.join(OUT, "lightgbm.txt"))
    return {
        "xgboost": rate(lambda: booster.inplace_predict(single, validate_features=False), len(big)),
        "lightgbm": rate(lambda: forest.predict(big, num_threads=1), len(big)),
    }


os.makedirs(OUT, exist_ok=True)
if os.path.exists(os.path.join(OUT, "rows.csv")):
    print(json.dumps(native()))
    sys.exit()
for build in (logistic, small_tree, forest, network, machine, scorecard, xgboost, lightgbm):
    build()
with open(os.path.join(OUT, "rows.csv"), "w") as f:
    f.write(",".join(NAMES + ["colour"]) + "\n")
    for row, c in zip(X[:2000], colour[:2000]):
        f.write(",".join([repr(float(v)) for v in row] + [COLOURS[c]]) + "\n")
