import { schema } from '../../testing/document.js';
import { refusedChanges } from '../../testing/refused-changes.js';

const FIELDS = `x double continuous
y double continuous`;

const array = (text: string, type = 'real') => `<Array type="${type}">${text}</Array>`;

refusedChanges(
  'a vector machine',
  FIELDS,
  `<SupportVectorMachineModel functionName="regression" svmRepresentation="SupportVectors">${schema('x', 'y:target')}<RadialBasisKernelType gamma="1"/>
<VectorDictionary numberOfVectors="1"><VectorFields numberOfFields="1"><FieldRef field="x"/></VectorFields><VectorInstance id="v1">${array('2')}</VectorInstance></VectorDictionary>
<SupportVectorMachine><SupportVectors numberOfAttributes="1" numberOfSupportVectors="1"><SupportVector vectorId="v1"/></SupportVectors><Coefficients numberOfCoefficients="1" absoluteValue="0"><Coefficient value="1"/></Coefficients></SupportVectorMachine></SupportVectorMachineModel>`,
  [
    [
      'a function of others',
      'functionName="regression"',
      'functionName="clustering"',
      'SupportVectorMachineModel',
      'functionName="clustering"',
    ],
    [
      'an unknown representation',
      'svmRepresentation="SupportVectors"',
      'svmRepresentation="Vectors"',
      'SupportVectorMachineModel',
      'svmRepresentation="Vectors"',
    ],
    [
      'coefficients of a radial kernel',
      'svmRepresentation="SupportVectors"',
      'svmRepresentation="Coefficients"',
      'SupportVectorMachineModel',
      'is for linear kernels',
    ],
    ['no kernel', '<RadialBasisKernelType gamma="1"/>', '', 'SupportVectorMachineModel', 'no kernel'],
    ['a kernel of a word', 'gamma="1"', 'gamma="wide"', 'RadialBasisKernelType', 'gamma="wide"'],
    [
      'fewer vectors than it says',
      'numberOfVectors="1"',
      'numberOfVectors="2"',
      'VectorDictionary',
      'numberOfVectors="2" but it has 1',
    ],
    [
      'fewer fields than it says',
      'numberOfFields="1"',
      'numberOfFields="2"',
      'VectorFields',
      'numberOfFields="2" but it has 1',
    ],
    ['no fields', '<FieldRef field="x"/>', '', 'VectorFields', 'no fields'],
    [
      'a vector of two arrays',
      array('2'),
      array('2') + array('3'),
      'Array',
      '<VectorInstance> has <Array> already',
    ],
    ['a vector of another length', array('2'), array('2 3'), 'VectorInstance', '2 components, not 1'],
    ['a vector that is not there', 'vectorId="v1"', 'vectorId="v2"', 'SupportVector', 'not known'],
    [
      'fewer support vectors than it says',
      'numberOfSupportVectors="1"',
      'numberOfSupportVectors="3"',
      'SupportVectors',
      'numberOfSupportVectors="3"',
    ],
    [
      'fewer coefficients than it says',
      'numberOfCoefficients="1"',
      'numberOfCoefficients="4"',
      'Coefficients',
      'numberOfCoefficients="4"',
    ],
    [
      'fewer coefficients than vectors',
      '<Coefficient value="1"/>',
      '',
      'Coefficients',
      'but it has 0 coefficients',
    ],
    [
      'another number of attributes',
      'numberOfAttributes="1"',
      'numberOfAttributes="2"',
      'SupportVectors',
      'numberOfAttributes="2"',
    ],
  ],
);
