package dev.skerry.control.fleet;

import dev.skerry.config.protocol.NodeHello;
import dev.skerry.config.protocol.StreamEvent;
import org.jspecify.annotations.Nullable;

/** One stream of one node, from its hello to its end. The fleet makes it and keeps its books. */
public final class NodeSession {
    private final String id;
    private final NodeHello hello;
    private final NodeLink link;
    private final @Nullable NodeSession relay;
    private volatile long lastPing = -1;

    /**
     * A session.
     *
     * @param relay the session whose stream this one shares, null for none
     */
    NodeSession(String id, NodeHello hello, NodeLink link, @Nullable NodeSession relay) {
        this.id = id;
        this.hello = hello;
        this.link = link;
        this.relay = relay;
    }

    /** What the node puts into its reports; nobody can guess it. */
    public String id() {
        return id;
    }

    /** Who it is. */
    public NodeHello hello() {
        return hello;
    }

    /** {@code ping} of its last report, -1 before the first. */
    public long lastPing() {
        return lastPing;
    }

    void pinged(long ping) {
        lastPing = ping;
    }

    boolean ask(StreamEvent.Ask question) {
        return link.ask(question);
    }

    /** A relay's stream belongs to the relay, and to others behind it. */
    void end() {
        if (relay == null) {
            link.end();
        }
    }

    NodeLink link() {
        return link;
    }

    /** Whether it cannot outlive the other: they are the same, or it comes through it. */
    boolean endsWith(NodeSession other) {
        for (NodeSession each = this; each != null; each = each.relay) {
            if (each == other) {
                return true;
            }
        }
        return false;
    }

    /** Whether it is of that node, or comes through it. */
    boolean comesFrom(String node) {
        for (NodeSession each = this; each != null; each = each.relay) {
            if (each.hello.node().equals(node)) {
                return true;
            }
        }
        return false;
    }
}
