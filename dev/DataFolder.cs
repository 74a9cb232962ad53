using System.Security.Cryptography;

namespace MyCoach.Dev;

/// <summary>
/// The folder of Azurite's data and of the data key that encrypts provider keys in it. One run at a time may use it.
/// </summary>
public sealed class DataFolder : IDisposable
{
    private const string LockName = "in-use";
    private const string KeyName = "data-key";
    private const string AzuriteName = "azurite";

    private readonly string path;
    private readonly FileStream inUse;

    private DataFolder(string path, FileStream inUse) => (this.path, this.inUse) = (path, inUse);

    public string Azurite => Path.Combine(path, AzuriteName);

    /// <param name="resets">Whether to delete the data of earlier runs.</param>
    /// <exception cref="CannotStartException">The folder cannot be used.</exception>
    public static DataFolder Open(string path, bool resets)
    {
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CannotStartException($"--data {path} is not a folder that can be created: {fault.Message}");
        }
        DataFolder folder;
        try
        {
            folder = new DataFolder(
                path,
                new FileStream(Path.Combine(path, LockName), FileMode.OpenOrCreate, FileAccess.Write, FileShare.None)
            );
        }
        catch (UnauthorizedAccessException fault)
        {
            throw new CannotStartException($"--data {path} cannot be written: {fault.Message}");
        }
        catch (IOException)
        {
            throw new CannotStartException(
                $"--data {path} is in use by another run. Stop it, or select another folder with --data."
            );
        }
        if (resets)
        {
            folder.Reset();
        }
        return folder;
    }

    /// <summary>The data key, created once.</summary>
    public string DataKey()
    {
        var file = Path.Combine(path, KeyName);
        if (!File.Exists(file))
        {
            File.WriteAllText(file, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));
        }
        return File.ReadAllText(file).Trim();
    }

    public void Dispose() => inUse.Dispose();

    // Only what a run created, whatever else is in the folder.
    private void Reset()
    {
        if (Directory.Exists(Azurite))
        {
            Directory.Delete(Azurite, recursive: true);
        }
        File.Delete(Path.Combine(path, KeyName));
    }
}
