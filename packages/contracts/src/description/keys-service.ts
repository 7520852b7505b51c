import {
  anything,
  choice,
  flag,
  HONOURED,
  idText,
  type KeySpec,
  key,
  list,
  map,
  noted,
  object,
  refused,
  text,
  textOf,
  textOrObject,
} from './key-spec.js';
import { NO_CLOUD, NO_CONTAINERS, NOT_YET } from './reasons.js';

const MANUAL = { source: 'manual' } as const;

const artifactPath = textOf(
  /^(https?:\/\/[^\s/?#]+\S*|oss:\/\/[a-z0-9][a-z0-9-]{1,61}[a-z0-9]\/\S.*|\/.*)$/,
  'an http(s) URL, oss://bucket/key or an absolute path',
);
const innerPath = textOf(
  /^(?!\/)(?!(.*\/)?\.\.(\/|$))[^\\]+$/,
  'a relative path inside the package, without .. and \\',
  1024,
);

/** Contract 8.2, first part: what is served. */
export const SERVICE_KEYS: readonly KeySpec[] = [
  key(
    'name',
    textOf(
      /^[a-z][a-z0-9_-]{0,62}$/,
      '1 to 63 characters of lower-case letters, digits, _ and -, the first a letter',
      1024,
    ),
    'Name of the service, unique in its region; part of its address.',
    HONOURED,
    { aliases: ['metadata.name'], required: true, source: 'manual' },
  ),
  key(
    'token',
    textOf(/^([\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?)?$/, 'printable ASCII without spaces at its ends', 512),
    'Access token; generated when absent; the empty text opens the service to everyone.',
    HONOURED,
    { aliases: ['credential.token'], secret: true, hidden: true, source: 'manual' },
  ),
  key('private_token', text(512), 'A second token.', refused('its meaning is not public; use token', ['']), {
    aliases: ['credential.private_token'],
    secret: true,
    hidden: true,
  }),
  key(
    'generate_token',
    flag,
    'Old switch of the manual: a token is generated whenever none is given; only an empty `token` opens a service.',
    HONOURED,
    { aliases: ['credential.generate_token'], default: true, source: 'manual' },
  ),
  key('dockerAuth', text(), 'Login of a private image registry.', refused(NO_CONTAINERS), {
    aliases: ['credential.docker_auth'],
    secret: true,
  }),
  key('role_arn', text(), 'Cloud role of the service.', refused(NO_CLOUD), {
    aliases: ['credential.role_arn'],
  }),
  key('osscredentials', anything, 'Cloud role for OSS.', refused(NO_CLOUD), {
    aliases: ['credential.oss'],
    secret: true,
  }),
  key(
    'processor',
    textOf(/^[A-Za-z][A-Za-z0-9._-]{0,63}$/, 'a processor code such as pmml', 64),
    'Code of a built-in processor.',
    HONOURED,
    MANUAL,
  ),
  key('processor_path', artifactPath, 'Package of a custom processor, as model_path.', HONOURED, MANUAL),
  key(
    'processor_entry',
    innerPath,
    'Main file of a custom processor; required for cpp and python.',
    HONOURED,
    MANUAL,
  ),
  key(
    'processor_mainclass',
    text(1024),
    'Main class of a custom processor; required for java.',
    HONOURED,
    MANUAL,
  ),
  key(
    'processor_type',
    choice('cpp', 'java', 'python'),
    'Language of a custom processor.',
    refused(`custom processors are ${NOT_YET}; use processor with a built-in code`),
    MANUAL,
  ),
  key(
    'processor_name',
    text(256),
    'Name of a custom processor.',
    refused(`custom processors are ${NOT_YET}`),
  ),
  key('processor_image', text(), 'Image of a custom processor.', refused(NO_CONTAINERS)),
  key(
    'processor_jvm_options',
    text(),
    'Options of the Java machine.',
    refused(`custom processors are ${NOT_YET}`),
  ),
  key(
    'processor_envs',
    list,
    'Environment variables of a custom processor, [{name, value}].',
    refused(`custom processors are ${NOT_YET}`),
  ),
  key('requirements', anything, 'Python packages to install.', refused(`custom processors are ${NOT_YET}`)),
  key(
    'processors',
    list,
    'Several processors in one service.',
    refused(`several processors in one service are ${NOT_YET}; deploy one service for each`),
  ),
  key(
    'processor_params',
    anything,
    'Seen in an old SDK.',
    refused('its meaning is not public; use model_config'),
  ),
  key('plugins', anything, 'Seen in an old SDK.', refused('its meaning is not public')),
  key(
    'model_path',
    artifactPath,
    'Where the model lies: an http(s) URL, oss://bucket/key (a key ending in / is a folder) or an absolute path on this machine.',
    HONOURED,
    MANUAL,
  ),
  key(
    'model_entry',
    innerPath,
    'File or folder inside the model that is handed to the processor; the only file unless given.',
    HONOURED,
    MANUAL,
  ),
  key(
    'model_config',
    textOrObject,
    'Text, or an object passed on as JSON text, handed to the processor.',
    HONOURED,
    MANUAL,
  ),
  key('model', anything, 'Another form of naming a model.', refused('use model_path')),
  key(
    'models',
    anything,
    'Several models in one service.',
    refused(`several models in one service are ${NOT_YET}; deploy one service for each`),
  ),
  key(
    'multi_models',
    anything,
    'Several models in one service.',
    refused(`several models in one service are ${NOT_YET}; deploy one service for each`),
  ),
  key('oss_endpoint', text(256), 'OSS endpoint of oss:// paths.', HONOURED, MANUAL),
  key('uncompress', flag, 'Unpack a model that is an archive.', HONOURED, { default: true }),
  key('source', text(256), 'What created the service; shown as Service.Source.', HONOURED),
  key(
    'warm_up_data_path',
    artifactPath,
    'Recorded requests that are replayed before an instance counts as ready; paths as in model_path.',
    HONOURED,
  ),
  key('labels', map, 'Labels of the service, name to text.', HONOURED),
  key(
    'data_image',
    text(),
    'Image with the environment of a Python processor.',
    refused(NO_CONTAINERS),
    MANUAL,
  ),
  key(
    'metadata.cuda',
    idText,
    'CUDA version of a GPU service.',
    noted('no CUDA is mounted: the processors of this installation run on the CPU'),
    { aliases: ['cuda', 'runtime.cuda'], source: 'manual' },
  ),
  key(
    'containers',
    list,
    'Images to run: [{image, env, command, script, port, prepare, health_check}].',
    refused(NO_CONTAINERS),
  ),
  key(
    'storage',
    list,
    'Mounts: [{mount_path, oss, nfs, empty_dir, properties}].',
    refused('this installation mounts no storage; put the files into the model package'),
  ),
  key('data_loader', object, 'Loads data into an instance.', refused(NOT_YET)),
];
