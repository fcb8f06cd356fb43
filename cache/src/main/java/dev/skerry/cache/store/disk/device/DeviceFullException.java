package dev.skerry.cache.store.disk.device;

import java.io.IOException;

/** There is no room for what should be written; nothing is wrong with the device. */
public final class DeviceFullException extends IOException {
    private static final long serialVersionUID = 1;

    /** For the file of this name; the cause as the system told it, if it did. */
    public DeviceFullException(String file, Throwable cause) {
        super("no space left for " + file, cause);
    }

    /** The failure of a write: the JDK tells a full device in words of the system only. */
    static IOException orSame(String file, IOException e) {
        String message = String.valueOf(e.getMessage());
        return message.contains("No space left") || message.contains("Disk quota exceeded")
                ? new DeviceFullException(file, e)
                : e;
    }

    /** For the file of this name. */
    public DeviceFullException(String file) {
        super("no space left for " + file);
    }
}
