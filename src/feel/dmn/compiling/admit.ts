/** JSON has no dates: a text that comes in where a date, time or duration is declared becomes one. */
import { parseTemporal } from '../../temporal/temporal-text.ts';
import { nameOf } from '../../values/types.ts';
import { adopt, type FeelType, isContext, isList, own, type Value } from '../../values/value.ts';

/** What is of another kind stays as it is; whether it fits is asked afterwards. */
export function admit(value: Value, type: FeelType): Value {
  switch (type.kind) {
    case 'plain': {
      if (typeof value !== 'string' || type.name === 'string' || type.name === 'Any') return value;
      const temporal = parseTemporal(value);
      return temporal !== null && nameOf(temporal) === type.name ? temporal : value;
    }
    case 'constrained':
      return admit(value, type.base);
    case 'list':
      return isList(value) ? value.map((raw) => admit(adopt(raw), type.element)) : admit(value, type.element);
    case 'context': {
      if (!isContext(value)) return value;
      const known = new Map(type.entries.map(({ key, type: entry }) => [key, entry]));
      return Object.fromEntries(
        Object.keys(value).map((key) => {
          const entry = known.get(key);
          return [key, entry === undefined ? value[key] : admit(own(value, key), entry)];
        }),
      );
    }
    default:
      return value;
  }
}
