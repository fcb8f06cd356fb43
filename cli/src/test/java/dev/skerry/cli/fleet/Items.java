package dev.skerry.cli.fleet;

import dev.skerry.testkit.Reply;
import dev.skerry.testkit.ScriptedOrigin;
import java.util.concurrent.atomic.AtomicLongArray;

/** The origin's items: each has a version, which is its content, and a tag. */
final class Items {
    private final AtomicLongArray versions;

    Items(int count) {
        this.versions = new AtomicLongArray(count);
    }

    /** Serves all of them for an hour. */
    void serve(ScriptedOrigin origin) {
        origin.on(
                request -> request.path().startsWith("/item-"),
                request -> {
                    String item = request.path().substring(1);
                    long version = versions.get(number(item));
                    return Reply.ok()
                            .field("Cache-Control", "max-age=3600")
                            .field("Surrogate-Key", item + " all")
                            .body(item + " " + version);
                });
    }

    int count() {
        return versions.length();
    }

    /** Gives an item its next version, and returns it. */
    long write(String item) {
        return versions.incrementAndGet(number(item));
    }

    /** The version of an item that a body is. */
    static long version(String item, String body) {
        if (!body.startsWith(item + " ")) {
            throw new AssertionError("asked for " + item + ", got '" + body + "'");
        }
        return Long.parseLong(body.substring(item.length() + 1));
    }

    private static int number(String item) {
        return Integer.parseInt(item.substring("item-".length()));
    }
}
