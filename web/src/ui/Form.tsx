import { useEffect, useRef, type ReactNode } from "react";
import { Failed } from "./Failed";

type FormProps = {
  action: { mutate: () => void; isPending: boolean; error: unknown };
  // The word on the button, and while the action is under way.
  act: string;
  acting?: string;
  danger?: boolean;
  // The fields that show themselves what is wrong with them.
  fields?: readonly string[];
  // Whether what went wrong is shown by a field in its own words.
  isExplained?: boolean;
  onCancel?: () => void;
  // The word on the button that leaves the form.
  cancel?: string;
  children: ReactNode;
};

// A form whose button stays in the focus while the action is under way, which a disabled one would lose.
export function Form({
  action,
  act,
  acting,
  danger,
  fields,
  isExplained,
  onCancel,
  cancel = "Cancel",
  children,
}: FormProps) {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => takeFocus(form.current), []);
  return (
    <form
      ref={form}
      noValidate
      onSubmit={(submit) => {
        submit.preventDefault();
        if (!action.isPending) action.mutate();
      }}
    >
      {children}
      <Failed error={action.error} fields={fields} isExplained={isExplained} />
      <footer>
        {onCancel && (
          <button type="button" onClick={onCancel}>
            {cancel}
          </button>
        )}
        <button type="submit" className={danger ? "danger" : "primary"} aria-disabled={action.isPending || undefined}>
          {action.isPending ? (acting ?? act) : act}
        </button>
      </footer>
    </form>
  );
}

// A form that loads after its dialog has opened takes the focus from the dialog's first button.
function takeFocus(form: HTMLFormElement | null) {
  const dialog = form?.closest("dialog");
  if (dialog && document.activeElement === dialog.querySelector("header button")) {
    form?.querySelector<HTMLElement>("input, select, textarea")?.focus();
  }
}
