import Arrays

/// Sound as numbers: samples of one or more channels.
public struct Waveform: Sendable, Hashable {
  /// Samples a second.
  public let sampleRate: Int
  /// How many channels run beside each other.
  public let channels: Int
  /// The samples, −1 … 1, those of one moment side by side: [time, channels].
  public let samples: [Float]

  /// A sound; stops when there is no channel, or samples are left over at the end.
  public init(sampleRate: Int, channels: Int = 1, samples: [Float]) {
    guard channels > 0, samples.count % channels == 0 else {
      stop("Waveform: \(samples.count) samples do not fill \(channels) channels")
    }
    self.sampleRate = sampleRate
    self.channels = channels
    self.samples = samples
  }

  /// Samples of a channel.
  public var count: Int { samples.count / channels }
}
