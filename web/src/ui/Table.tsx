import type { ReactNode } from "react";

// A minor column is left out on narrow screens; the row leads to a view that shows it.
type Column<T> = { name: string; cell: (row: T) => ReactNode; number?: boolean; minor?: boolean };
type TableProps<T> = { caption: string; rows: readonly T[]; columns: readonly Column<T>[]; rowKey: (row: T) => string };

// Rows and columns. The first column names the row. Wide tables scroll inside their frame, also by keyboard.
export function Table<T>({ caption, rows, columns, rowKey }: TableProps<T>) {
  return (
    <div className="table" role="region" aria-label={caption} tabIndex={0}>
      <table>
        <caption className="hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.name} scope="col" className={kind(column)}>
                {column.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)}>
              {columns.map((column, index) =>
                index === 0 ? (
                  <th key={column.name} scope="row">
                    {column.cell(row)}
                  </th>
                ) : (
                  <td key={column.name} className={kind(column)}>
                    {column.cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function kind({ number, minor }: { number?: boolean; minor?: boolean }) {
  return [number && "number", minor && "minor"].filter(Boolean).join(" ") || undefined;
}
