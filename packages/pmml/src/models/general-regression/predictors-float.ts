import type { XmlElement } from '../../xml/element.js';

/** What one linear predictor adds up: regressors by parameter, with their coefficients, in order. */
interface Terms {
  readonly parameters: Int32Array;
  readonly betas: Float64Array;
}

/**
 * The terms of each target category (of the one predictor, where there are none). In single precision it matters what
 * is added when: what all categories have in common comes first, each in the order of the document.
 */
export function floatTerms(
  cells: readonly XmlElement[],
  parameters: readonly string[],
  categories: readonly string[],
  key: (text: string) => string,
): Terms[] {
  const categoryOf = (cell: XmlElement): string | undefined => {
    const text = cell.attr('targetCategory');
    return text === undefined ? undefined : key(text);
  };
  const common = cells.filter((cell) => categoryOf(cell) === undefined);
  const rows =
    categories.length === 0
      ? [common]
      : categories.map((c) => [...common, ...cells.filter((cell) => categoryOf(cell) === c)]);
  return rows.map((row) => ({
    parameters: Int32Array.from(row, (cell) => parameters.indexOf(cell.need('parameterName'))),
    betas: Float64Array.from(row, (cell) => Math.fround(cell.needNumber('beta'))),
  }));
}

/** The linear predictors at regressors `x`, every step rounded. */
export function combineFloat(rows: readonly Terms[], x: Float64Array): Float64Array {
  const round = Math.fround;
  return Float64Array.from(rows, ({ parameters, betas }) => {
    let sum = 0;
    for (let i = 0; i < betas.length; i++) {
      sum = round(sum + round((betas[i] as number) * round(x[parameters[i] as number] as number)));
    }
    return sum;
  });
}
