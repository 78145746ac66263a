/** Who a team is. */
export interface TeamProps {
  /**
   * Users and groups that review its changes, as the Git provider writes them: `@acme/eevee`.
   * @default - none
   */
  readonly owners?: readonly string[];
}

/** The people to whom namespaces belong. Their Namespace objects carry the team's name as a label. */
export class Team {
  public readonly owners: readonly string[];

  constructor(
    public readonly name: string,
    props: TeamProps = {},
  ) {
    this.owners = props.owners ?? [];
  }
}
