import { useId, useLayoutEffect, useRef, type ReactNode } from "react";

type DialogProps = {
  title: string;
  wide?: boolean;
  // Only what is in the dialog closes it, not Escape: it shows what is lost then.
  stays?: boolean;
  onClose: () => void;
  children: ReactNode;
};

// A modal dialog. The browser's own element keeps the focus inside, and gives it back on close.
export function Dialog({ title, wide, stays, onClose, children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const id = useId();
  // Closed before React removes it: the browser gives no focus back for an element that is gone.
  useLayoutEffect(() => {
    const dialog = element.current;
    dialog?.showModal();
    dialog?.querySelector<HTMLElement>("input, select, textarea, footer button")?.focus();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={element}
      className={wide ? "wide" : undefined}
      aria-labelledby={id}
      onCancel={(cancel) => {
        if (stays) cancel.preventDefault();
      }}
      onClose={() => {
        if (element.current?.open) return;
        // Browsers close a dialog at the second Escape whatever the page says.
        if (stays) element.current?.showModal();
        else onClose();
      }}
    >
      <header>
        <h2 id={id}>{title}</h2>
        {!stays && (
          <button type="button" className="quiet" aria-label="Close" onClick={onClose}>
            ✕
          </button>
        )}
      </header>
      {children}
    </dialog>
  );
}
