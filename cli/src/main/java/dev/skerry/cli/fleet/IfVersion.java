package dev.skerry.cli.fleet;

import dev.skerry.cli.control.ControlRequest;
import dev.skerry.cli.message.CommandFailed;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --if-version} of what is done to a site that is there. */
final class IfVersion {
    @Option(
            names = "--if-version",
            paramLabel = "N",
            description = "Only if the site still has this version.")
    private @Nullable Long version;

    /** The request under that condition, if there is one. */
    ControlRequest on(ControlRequest request) throws CommandFailed {
        if (version == null) {
            return request;
        }
        if (version < 1) {
            throw CommandFailed.usedWrongly(
                    List.of("--if-version " + version + ": versions begin with 1"));
        }
        return request.ifVersion(version);
    }
}
