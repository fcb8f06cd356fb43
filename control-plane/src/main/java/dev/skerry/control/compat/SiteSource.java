package dev.skerry.control.compat;

import dev.skerry.config.SiteTable;
import java.io.IOException;

/** The sites that can be purged. */
@FunctionalInterface
public interface SiteSource {
    /** As they are now. */
    SiteTable now() throws IOException;
}
