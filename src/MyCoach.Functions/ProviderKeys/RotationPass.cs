namespace MyCoach.ProviderKeys;

/// <summary>What a pass of a rotation did with the rows that it found.</summary>
/// <param name="Failed">Rows that do not decrypt.</param>
/// <param name="Waiting">Rows that changed meanwhile, or whose data key is unavailable.</param>
internal readonly record struct RotationPass(long Replaced, long Failed, long Waiting)
{
    public static RotationPass operator +(RotationPass left, RotationPass right) =>
        new(left.Replaced + right.Replaced, left.Failed + right.Failed, left.Waiting + right.Waiting);
}
