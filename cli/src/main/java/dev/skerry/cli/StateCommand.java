package dev.skerry.cli;

import dev.skerry.cache.engine.TimeSource;
import dev.skerry.cli.message.CommandFailed;
import dev.skerry.control.process.ControlPlane;
import dev.skerry.control.store.ControlStore;
import dev.skerry.control.transfer.StateExport;
import dev.skerry.control.transfer.StateImport;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What {@code skerry control export} and {@code import} have in common: a file, and a store. */
abstract class StateCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "The file.")
    private @Nullable Path file;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "skerry-data",
            description = "The data folder of the control plane. Default: skerry-data.")
    private @Nullable Path data;

    @Mixin private EtcdChoice etcd = new EtcdChoice();

    @Spec private @Nullable CommandSpec spec;

    /** Writes all that a control plane remembers into a file. */
    @Command(
            name = "export",
            mixinStandardHelpOptions = true,
            description = {
                "Writes sites with their versions, tokens (as hashes), receipts and the audit trail"
                        + " into a new file that only its owner can read.",
                "",
                "With a data folder the control plane has to be stopped.",
                "",
            },
            exitCodeList = {
                "0:done",
                "1:failed, or there is such a file; the message says why",
                "2:used wrongly; the message names the option, the value and what would be right",
            },
            footer = {
                "  ./skerry control export state.jsonl --data /var/lib/skerry",
                "  ./skerry control export state.jsonl --etcd https://etcd-1:2379",
            })
    static final class Export extends StateCommand {
        @Override
        void run(Path file, ControlStore store, PrintWriter out) throws IOException {
            FileChannel channel =
                    FileChannel.open(
                            file,
                            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rw-------")));
            long lines;
            try (channel;
                    OutputStream bytes =
                            new BufferedOutputStream(Channels.newOutputStream(channel))) {
                lines = StateExport.write(store, bytes, InstantSource.system());
                bytes.flush();
                channel.force(true);
            } catch (IOException e) {
                // Half of one is worth nothing, and is in the way of the next.
                Files.deleteIfExists(file);
                throw e;
            }
            out.println(file + ": " + lines + " lines, at " + store.head().revision());
        }
    }

    /** Reads such a file into an empty store. */
    @Command(
            name = "import",
            mixinStandardHelpOptions = true,
            description = {
                "Reads what 'skerry control export' wrote into a store that is empty: a new data"
                        + " folder, or a new prefix in etcd.",
                "",
                "A new history begins: nodes take everything that they stored for purged.",
                "",
            },
            exitCodeList = {
                "0:done",
                "1:failed, or the file is not whole; the message says why",
                "2:used wrongly; the message names the option, the value and what would be right",
            },
            footer = {
                "  ./skerry control import state.jsonl --data /var/lib/skerry-new",
                "  ./skerry control import state.jsonl --etcd https://etcd-1:2379",
            })
    static final class Import extends StateCommand {
        @Override
        void run(Path file, ControlStore store, PrintWriter out) throws IOException {
            StateImport read = StateImport.read(file);
            out.println(
                    read.sites()
                            + " sites of "
                            + read.revision()
                            + " imported; the new history begins at "
                            + read.into(store).revision());
        }
    }

    abstract void run(Path file, ControlStore store, PrintWriter out) throws IOException;

    @Override
    public Integer call() throws CommandFailed {
        if (file == null || data == null || spec == null) {
            throw new IllegalStateException("picocli sets them");
        }
        var options = etcd.options();
        try {
            if (options == null) {
                Files.createDirectories(data);
            }
            try (ControlStore store =
                    ControlPlane.openStore(
                            data, options, InstantSource.system(), TimeSource.system()::nanoTime)) {
                run(file, store, spec.commandLine().getOut());
            }
            return ExitCode.OK;
        } catch (IOException e) {
            throw CommandFailed.because(CommandFailed.reason(e));
        }
    }
}
