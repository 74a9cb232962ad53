namespace MyCoach.Dev.Soak;

/// <summary>The resident memory of an instance, in MB.</summary>
/// <param name="First">The median of the first third after the warm-up; null for an instance that was killed.</param>
/// <param name="Last">The median of the last third; null for an instance that was killed.</param>
public sealed record SoakMemoryLine(int Instance, int Starts, double? First, double? Last, double Highest)
{
    public double? Growth => (Last / First) - 1;
}

/// <summary>Samples the memory of the instances.</summary>
internal sealed class SoakMemory(IReadOnlyList<SoakInstance> instances)
{
    public const double MaxGrowth = 0.1;

    // The part of a soak in which the runtime still compiles, and caches still fill.
    private const double WarmUp = 0.2;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly List<double>[] samples = [.. instances.Select(_ => new List<double>())];

    public IReadOnlyList<SoakMemoryLine> Lines => [.. instances.Select(LineOf)];

    public async Task RunAsync(CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            foreach (var instance in instances)
            {
                if (instance.MegaBytes is { } megaBytes)
                {
                    samples[instance.Number].Add(megaBytes);
                }
            }
            await Task.Delay(Period, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private SoakMemoryLine LineOf(SoakInstance instance)
    {
        var all = samples[instance.Number];
        var warm = all.Skip((int)(all.Count * WarmUp)).ToArray();
        var third = warm.Length / 3;
        var isComparable = instance.Starts == 1 && third > 0;
        return new SoakMemoryLine(
            instance.Number,
            instance.Starts,
            isComparable ? Median(warm[..third]) : null,
            isComparable ? Median(warm[^third..]) : null,
            all.DefaultIfEmpty().Max()
        );
    }

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);
}
