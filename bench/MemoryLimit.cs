using System.Globalization;

namespace MyCoach.Bench;

/// <summary>
/// A limit of a process's memory, as a container has it: by a control group where this machine lets us make one. Elsewhere
/// only the managed heap is limited, to what .NET takes in such a container: three quarters.
/// </summary>
internal sealed class MemoryLimit : IDisposable
{
    private const string Groups = "/sys/fs/cgroup";

    private readonly string? group;
    private readonly long bytes;

    private MemoryLimit(string? group, long bytes) => (this.group, this.bytes) = (group, bytes);

    public bool IsOfControlGroup => group is not null;

    public static MemoryLimit Of(int megaBytes)
    {
        var bytes = megaBytes * 1024L * 1024;
        // Version 1, then version 2.
        foreach (
            var (parent, file) in ((string, string)[])
                [($"{Groups}/memory", "memory.limit_in_bytes"), (Groups, "memory.max")]
        )
        {
            var group = string.Create(CultureInfo.InvariantCulture, $"{parent}/mycoach-bench-{Environment.ProcessId}");
            try
            {
                Directory.CreateDirectory(group);
                File.WriteAllText($"{group}/{file}", bytes.ToString(CultureInfo.InvariantCulture));
                return new MemoryLimit(group, bytes);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                // Not this version, or not allowed.
            }
        }
        return new MemoryLimit(null, bytes);
    }

    /// <summary>Starts a program below the limit.</summary>
    public ChildProcess Start(
        string program,
        string[] arguments,
        string folder,
        params (string, string)[] environment
    ) =>
        group is null
            ? ChildProcess.Start(
                program,
                arguments,
                folder,
                [.. environment, ("DOTNET_GCHeapHardLimit", $"0x{bytes / 4 * 3:x}")]
            )
            : ChildProcess.Start(
                "/bin/sh",
                ["-c", $"echo $$ > {group}/cgroup.procs && exec \"$0\" \"$@\"", program, .. arguments],
                folder,
                environment
            );

    public void Dispose()
    {
        if (group is not null)
        {
            Directory.Delete(group);
        }
    }
}
