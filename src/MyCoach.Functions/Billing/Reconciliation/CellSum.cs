using MyCoach.Catalogue;

namespace MyCoach.Billing;

/// <summary>Sums over cells.</summary>
internal readonly record struct CellSum(
    PicoUsd Billed,
    PicoUsd Recorded,
    Causes Causes,
    PicoUsd Estimated,
    PicoUsd Expired,
    bool IsDerived
)
{
    public PicoUsd Difference => Billed - Recorded;

    public static CellSum Of(IEnumerable<Cell> cells) =>
        cells.Aggregate(
            default(CellSum),
            (sum, cell) =>
                new CellSum(
                    sum.Billed + cell.TotalBilled,
                    sum.Recorded + cell.Ours.Amount,
                    sum.Causes + cell.Split(),
                    sum.Estimated + cell.Estimated,
                    sum.Expired + cell.Expired,
                    sum.IsDerived || cell.IsDerived
                )
        );
}
