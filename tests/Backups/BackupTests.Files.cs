using System.Net;
using System.Text;
using MyCoach.Backups;
using MyCoach.Storage;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Backups;

/// <summary>The file of a backup: who may read it, what it replaces, and damage to it.</summary>
public sealed partial class BackupTests
{
    [Fact]
    public async Task A_backup_is_for_its_owner_and_replaces_a_file_only_by_force()
    {
        var prefix = NewPrefix();
        await File.WriteAllTextAsync(FileName, "another file", TestContext.Current.CancellationToken);
        Assert.Contains(
            "exists already; use another name, or --force",
            await RefusedAsync(prefix, "backup", FileName),
            StringComparison.Ordinal
        );
        Assert.Equal("another file", await File.ReadAllTextAsync(FileName, TestContext.Current.CancellationToken));

        Assert.StartsWith("Saved ", await RunAsync(prefix, "backup", options: ["--force"]));
        Assert.StartsWith("Restored 0 ", await RunAsync(prefix, "restore"));
        Assert.Equal([FileName], Directory.GetFiles(folder.Name));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FileName));
        }
        Assert.Contains(
            "needs the name of a file",
            await RefusedAsync(prefix, "restore", FileName, "--force"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_damaged_backup_or_a_restore_over_data_is_refused()
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        using var ann = app.As("ann");
        for (var i = 0; i < 50; i++)
        {
            await ann.PostAsync("/api/usage", Request.Event($"call-{i}"));
        }
        await RunAsync(app.TablePrefix, "backup");

        Assert.Contains(
            "is not empty",
            await RefusedAsync(app.TablePrefix, "restore", FileName),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "does not exist",
            await RefusedAsync(NewPrefix(), "restore", Path.Combine(folder.Name, "nothing")),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "Could not find",
            await RefusedAsync(app.TablePrefix, "backup", "/nowhere/at/all"),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "needs the name of a file",
            await RefusedAsync(NewPrefix(), "restore"),
            StringComparison.Ordinal
        );

        var whole = await File.ReadAllBytesAsync(FileName, TestContext.Current.CancellationToken);
        foreach (
            var part in (byte[][])
                [
                    [],
                    whole[..^40],
                ]
        )
        {
            var cut = Path.Combine(folder.Name, "cut");
            await File.WriteAllBytesAsync(cut, part, TestContext.Current.CancellationToken);
            Assert.Contains("truncated", await RefusedAsync(NewPrefix(), "restore", cut), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_damaged_file_restores_no_row()
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        using var ann = app.As("ann");
        for (var i = 0; i < 250; i++)
        {
            (await ann.PostAsync("/api/usage", Request.Event())).Is(HttpStatusCode.Created);
        }
        using var saved = new MemoryStream();
        await new TableBackup(app.Service<TableSource>(), TextWriter.Null).WriteAsync(
            saved,
            TestApp.Noon,
            TestContext.Current.CancellationToken
        );
        var whole = saved.ToArray();
        await using var empty = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);

        foreach (var damaged in Damages(whole))
        {
            await Assert.ThrowsAsync<BackupException>(() => RestoreAsync(damaged));
        }
        foreach (var table in await empty.TablesAsync())
        {
            Assert.Empty(await empty.RowsAsync(table));
        }
        Assert.True(await RestoreAsync(whole) > 250);

        Task<long> RestoreAsync(byte[] file) =>
            new TableRestore(empty.Service<TableSource>(), TextWriter.Null).RunAsync(
                new MemoryStream(file),
                TestContext.Current.CancellationToken
            );
    }

    private static IEnumerable<byte[]> Damages(byte[] whole)
    {
        foreach (var cut in (int[])[whole.Length, 20, whole.Length / 2, 40, 8, 4, 1])
        {
            yield return whole[..^cut];
        }
        yield return [.. whole, 0];
        // The first ten bytes are gzip's head, of which most mean nothing.
        for (var at = 10; at < whole.Length; at += Math.Max(1, whole.Length / 40))
        {
            yield return [.. whole[..at], (byte)(whole[at] ^ 1), .. whole[(at + 1)..]];
        }
        foreach (var text in BadLines)
        {
            yield return AnswerSample.Pack(Encoding.UTF8.GetBytes(text));
        }
        yield return "not a backup at all"u8.ToArray();
    }

    private static IEnumerable<string> BadLines
    {
        get
        {
            const string First = "{\"format\":\"mycoach-backup-1\"}\n";
            const string Last = "{\"rows\":1}\n";
            const string Row = "{\"table\":\"Settings\",\"partition\":\"ann\",\"row\":\"r\",\"columns\":{}}\n";
            return
            [
                "[]\n",
                "{\"format\":1}\n",
                "{\"format\":\"mycoach-backup-2\"}\n{\"rows\":0}\n",
                First,
                First + Row,
                First + Row + Row + Last,
                First + Row + Last + Row,
                First + Row + "{\"rows\":\"1\"}\n",
                First + "[1]\n" + Last,
                First + Row.Replace("Settings", "Unknown") + Last,
                First + Row.Replace("\"ann\"", "null") + Last,
                First + Row.Replace("{}", "{\"N\":[\"int32\",\"99999999999\"]}") + Last,
                First + Row.Replace("{}", "{\"N\":[\"guid\",null]}") + Last,
                First + Row.Replace("{}", "{\"N\":[\"int32\"]}") + Last,
                First + Row.Replace("{}", "{\"N\":[\"new\",\"\"]}") + Last,
            ];
        }
    }
}
