package dev.skerry.cli.history.check;

/**
 * A read that nothing explains.
 *
 * @param property which of the purge protocol's, or {@code truth} for what was never written
 */
public record Violation(Property property, Event.Read read, long due, long purge, long since) {
    /** What a history must have. */
    public enum Property {
        /** After a purge is done nothing older is read anywhere. */
        P1,
        /** After a node has acknowledged a purge nothing older is read there. */
        P2,
        /** Nothing older is read of a strict site a lease after the purge was accepted. */
        P3,
        /** What is read was written. */
        TRUTH
    }

    /** For people. */
    @Override
    public String toString() {
        if (property == Property.TRUTH) {
            return "%s: %s at %s gave version %d, which was never written (%s)"
                    .formatted(property, read.item(), read.node(), read.version(), read.cache());
        }
        return "%s: %s at %s gave version %d %.1f ms after purge %d had made version %d due; began at %.6f s, took %.1f ms (%s)"
                .formatted(
                        property,
                        read.item(),
                        read.node(),
                        read.version(),
                        (read.start() - since) / 1e6,
                        purge,
                        due,
                        read.start() / 1e9,
                        (read.end() - read.start()) / 1e6,
                        read.cache());
    }
}
