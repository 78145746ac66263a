/** What of an object a policy forbids. */
export class Violation {
  /** Of the whole object. @param message after the name of the object, such as `has no owner` */
  public static of(message: string): Violation {
    return new Violation([], message);
  }

  /**
   * Of one field.
   * @param field as `spec.replicas`, or its parts where keys have dots: `['metadata', 'labels', 'example.com/team']`
   * @param message after the name of the field, such as `is missing`
   */
  public static at(field: string | readonly (string | number)[], message: string): Violation {
    return new Violation(typeof field === 'string' ? partsOf(field) : field, message);
  }

  private constructor(
    public readonly field: readonly (string | number)[],
    public readonly message: string,
    public readonly remedy?: string,
  ) {}

  /** The same with what to do about it, instead of what its policy says. */
  public withRemedy(remedy: string): Violation {
    return new Violation(this.field, this.message, remedy);
  }
}

function partsOf(field: string): (string | number)[] {
  return [...field.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map(([text, index]) => (index === undefined ? text : Number(index)));
}
