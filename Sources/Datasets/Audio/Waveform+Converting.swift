extension Waveform {
  /// Reads a WAV file and gives it the form that a model takes.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - sampleRate: Samples a second that the sound then has; its own where nil.
  ///   - isMono: Whether channels are mixed to one.
  /// - Throws: `DatasetError` when it is no sound WAV file, or would have more than 2²⁸ samples at
  ///   the other rate: a header may say that there is one a second.
  public init(
    contentsOf path: String, sampleRate: Int?, isMono: Bool
  ) throws(DatasetError) {
    var sound = try Waveform(contentsOf: path)
    if isMono { sound = sound.mono }
    if let sampleRate {
      let count = Double(sound.samples.count) * Double(sampleRate) / Double(sound.sampleRate)
      guard count <= Double(Waveform.mostSamples) else {
        throw DatasetError(
          .tooLarge, file: path,
          found: "\(sound.sampleRate) samples a second, which make \(count) at \(sampleRate)",
          expected: "at most \(Waveform.mostSamples) samples")
      }
      sound = sound.resampled(to: sampleRate)
    }
    self = sound
  }

  /// The most samples that a sound may get by another rate: 1 GiB.
  static let mostSamples = 1 << 28
}
