package dev.skerry.control.store.etcd;

import java.io.IOException;

/** What etcd was asked for has not come back as an answer that can be used. */
final class EtcdFailure extends IOException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;
    private final boolean perhapsDone;

    /**
     * A failure.
     *
     * @param perhapsDone whether some attempt may have taken effect, or may yet
     */
    EtcdFailure(Kind kind, boolean perhapsDone, String message) {
        super(message);
        this.kind = kind;
        this.perhapsDone = perhapsDone;
    }

    /** What kind of failure. */
    enum Kind {
        /** No member answered in time. */
        SILENT,
        /** A member has no room left: it takes no more writes until somebody makes room. */
        FULL,
        /** The revision that was asked for has been compacted away. */
        COMPACTED,
        /** There is no such lease, or key, any more. */
        GONE,
        /** The login is wrong, or may not do this. */
        FORBIDDEN,
        /** Anything else that a member says against the request itself. */
        REFUSED
    }

    Kind kind() {
        return kind;
    }

    boolean perhapsDone() {
        return perhapsDone;
    }
}
