import { Notice } from "./Notice";

type MeanwhileProps = {
  // What the form changes, such as "token".
  thing: string;
  // What is stored now that was not when the form was opened, in words.
  changes: readonly string[];
  onLoad: () => void;
};

// What happened elsewhere to what a form changes. What is typed stays until the viewer loads what is stored.
export function Meanwhile({ thing, changes, onLoad }: MeanwhileProps) {
  return (
    <Notice tone="warn">
      The {thing} has changed since you opened it, perhaps in another tab
      {changes.length > 0 ? `: ${changes.join(", ")}. ` : ", but nothing that this form shows. "}
      Save what you typed over it, or{" "}
      <button type="button" onClick={onLoad}>
        Load what is stored
      </button>
    </Notice>
  );
}
