/**
 * Measurement services of one's own, out of module files: every export with a name and fields is one, made by
 * `defineMeasurement` or the plain declaration, so that a file needs no packages. Read once, at the start.
 */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MillraceError, messageOf } from '../../kernel/errors.ts';
import { defineMeasurement, type MeasurementDeclaration, type MeasurementService } from './measurement-service.ts';
import { SHIPPED } from './shipped.ts';

/** Throws `measurement.cannot-load-service`, which names the file. */
export async function loadServices(files: readonly string[]): Promise<MeasurementService[]> {
  const taken = new Map(SHIPPED.map(({ name }) => [name, 'Millrace itself']));
  const services: MeasurementService[] = [];
  for (const path of files) {
    const file = resolve(path);
    for (const service of await servicesIn(file)) {
      const owner = taken.get(service.name);
      if (owner !== undefined) throw cannotLoad(file, `its name "${service.name}" is that of ${owner}`);
      taken.set(service.name, file);
      services.push(service);
    }
  }
  return services;
}

async function servicesIn(file: string): Promise<MeasurementService[]> {
  let services: MeasurementService[];
  try {
    const exported: object = await import(pathToFileURL(file).href);
    services = [...new Set<unknown>(Object.values(exported))].filter(isDeclaration).map(defineMeasurement);
  } catch (failure) {
    throw cannotLoad(file, messageOf(failure), failure);
  }
  if (services.length === 0) throw cannotLoad(file, 'it exports no service, which has a name and fields');
  return services;
}

/** Whether it is right is judged by `defineMeasurement`. */
const isDeclaration = (value: unknown): value is MeasurementDeclaration =>
  typeof value === 'object' && value !== null && 'name' in value && 'fields' in value;

const cannotLoad = (file: string, problem: string, cause?: unknown): MillraceError =>
  new MillraceError('measurement.cannot-load-service', { file, problem }, cause === undefined ? {} : { cause });
