package dev.skerry.control.route;

import dev.skerry.config.routing.LoadedRouting;
import dev.skerry.config.routing.Routing;
import dev.skerry.config.routing.RoutingLoader;
import dev.skerry.config.text.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The routing in force. The operator's file takes its predecessor's place when it has changed and
 * is valid; one that is not is reported in the log, with every line that is wrong, and changes
 * nothing.
 */
final class RoutingSource {
    private static final Logger LOG = LoggerFactory.getLogger(RoutingSource.class);
    private static final int MAX_TOKEN_BYTES = 4096;

    private final @Nullable Path file;
    private volatile RoutingState state;

    // Of the thread that checks.
    private @Nullable Stamp seen;

    private record Stamp(FileTime modified, long size) {}

    /**
     * Reads the file.
     *
     * @param file null for {@code otherwise}
     * @throws IOException when it is not valid; the message has every problem, a line each
     */
    RoutingSource(@Nullable Path file, Routing otherwise) throws IOException {
        this.file = file;
        if (file == null) {
            this.state = new RoutingState(otherwise, token(otherwise.debugTokenFile()));
            return;
        }
        this.seen = stamp(file);
        LoadedRouting loaded = RoutingLoader.load(file);
        Routing routing = loaded.routing();
        if (routing == null) {
            throw new IOException(
                    String.join("\n", loaded.problems().stream().map(Problem::toString).toList()));
        }
        this.state = new RoutingState(routing, token(routing.debugTokenFile()));
    }

    RoutingState state() {
        return state;
    }

    /** Looks at the files; blocks while it reads. Returns whether anything is another now. */
    boolean check() {
        Routing routing = file == null ? state.routing() : reread(file);
        try {
            RoutingState next = new RoutingState(routing, token(routing.debugTokenFile()));
            if (next.sameAs(state)) {
                return false;
            }
            state = next;
            LOG.info("the routing has changed");
            return true;
        } catch (IOException e) {
            LOG.warn("{}; the routing stays as it was", e.getMessage());
            return false;
        }
    }

    private Routing reread(Path changed) {
        Stamp now = stamp(changed);
        if (now != null && now.equals(seen)) {
            return state.routing();
        }
        boolean gone = now == null && seen == null;
        seen = now;
        if (gone) {
            return state.routing();
        }
        LoadedRouting loaded = RoutingLoader.load(changed);
        Routing routing = loaded.routing();
        if (routing == null) {
            loaded.problems().forEach(problem -> LOG.warn("{}", problem));
            LOG.warn("the routing stays as it was, because of the problems above");
            return state.routing();
        }
        return routing;
    }

    private static @Nullable String token(@Nullable Path file) throws IOException {
        if (file == null) {
            return null;
        }
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_TOKEN_BYTES + 1);
        }
        String token = new String(bytes, StandardCharsets.UTF_8).strip();
        if (token.isEmpty() || bytes.length > MAX_TOKEN_BYTES) {
            throw new IOException(file + " does not hold a token of 1 to 4096 bytes");
        }
        return token;
    }

    private static @Nullable Stamp stamp(Path file) {
        try {
            BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(found.lastModifiedTime(), found.size());
        } catch (IOException e) {
            return null;
        }
    }
}
