package dev.skerry.control.fleet;

import dev.skerry.config.protocol.StreamEvent;

/** The way down to a node: its stream, or that of its relay. Thread-safe; nothing here blocks. */
public interface NodeLink {
    /** Sends a question; false when the stream has ended or has not begun. */
    boolean ask(StreamEvent.Ask question);

    /** Ends the stream, because the node has a newer one or is gone. */
    void end();
}
