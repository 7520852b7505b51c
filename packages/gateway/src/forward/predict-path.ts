export const PREDICT_PREFIX = '/api/predict/';

/** `NAME` of `/api/predict/NAME[/rest][?query]`. */
export function serviceNameOf(target: string): string {
  const name = target.substring(PREDICT_PREFIX.length, endOfName(target));
  if (!name.includes('%')) return name;
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** The same request for another service. */
export function withServiceName(target: string, name: string): string {
  return `${PREDICT_PREFIX}${name}${target.slice(endOfName(target))}`;
}

function endOfName(target: string): number {
  let end = PREDICT_PREFIX.length;
  while (end < target.length) {
    const code = target.charCodeAt(end);
    if (code === 0x2f || code === 0x3f) break;
    end++;
  }
  return end;
}
