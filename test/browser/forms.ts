/** A process whose first task has a form. */
export const GOODS_IN = {
  key: 'goods-in',
  nodes: [
    {
      ...{ id: 'check', type: 'userTask', name: 'Check the delivery', role: 'operator' },
      outcomes: ['approved', 'rejected'],
      commentOn: ['rejected'],
      next: 'end',
      form: {
        type: 'object',
        required: ['supplier', 'pieces', 'isComplete'],
        properties: {
          supplier: {
            ...{ type: 'string', title: { en: 'Supplier', he: 'ספק' }, maxLength: 40 },
            ...{ description: 'As it stands on the delivery note.', pattern: '^[A-Z]' },
          },
          pieces: { type: 'integer', title: { en: 'Pieces', he: 'יחידות' }, minimum: 1, maximum: 500 },
          quality: { enum: ['good', 'fair', 'poor'], title: { en: 'Quality', he: 'איכות' }, default: 'good' },
          arrived: { type: 'string', format: 'date', title: { en: 'Arrived', he: 'הגיע' } },
          isComplete: { type: 'boolean', title: { en: 'Nothing is missing', he: 'דבר אינו חסר' } },
          place: {
            type: 'object',
            title: { en: 'Where it lies', he: 'מיקום' },
            properties: { hall: { type: 'string', title: 'Hall' }, shelf: { type: 'integer', title: 'Shelf' } },
          },
          serials: { type: 'array', items: { type: 'string' }, title: { en: 'Serial numbers', he: 'מספרים סידוריים' } },
        },
      },
    },
    { id: 'end', type: 'end' },
  ],
};
