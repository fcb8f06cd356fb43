package dev.skerry.control.store.embedded;

import dev.skerry.control.store.ControlStore;
import dev.skerry.control.store.RecordContract;
import dev.skerry.control.store.StoreLimits;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

final class EmbeddedRecordTest extends RecordContract {
    @TempDir Path directory;

    @Override
    protected ControlStore open(StoreLimits limits) throws IOException {
        return EmbeddedStore.open(directory, clock, limits);
    }
}
