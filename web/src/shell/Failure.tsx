import { Component, type ReactNode } from "react";
import { Notice } from "../ui/Notice";

// Shows a failure of a view in place of it. A view's code fails to load when the program was updated or is unreachable.
export class Failure extends Component<{ children: ReactNode }, { error: Error | null }> {
  override state = { error: null as Error | null };

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  override render() {
    if (!this.state.error) return this.props.children;
    return (
      <Notice tone="bad">
        This view failed: {this.state.error.message}{" "}
        <button type="button" onClick={() => location.reload()}>
          Reload the page
        </button>
      </Notice>
    );
  }
}
