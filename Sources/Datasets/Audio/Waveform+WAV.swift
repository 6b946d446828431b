extension Waveform {
  /// Reads a WAV file (RIFF WAVE; IBM and Microsoft, *Multimedia Programming Interface and Data
  /// Specifications 1.0*, 1991, and WAVE_FORMAT_EXTENSIBLE).
  ///
  /// Samples may be integers of 8 (unsigned), 16, 24 or 32 bits, which become value / 2^(bits − 1), or
  /// floating-point numbers of 32 or 64 bits, which are taken as they are. Chunks other than `fmt `
  /// and `data` are passed over, and so is what follows the RIFF chunk.
  ///
  /// - Throws: `DatasetError` when the file is missing, is no WAV file, is of another encoding (as μ-law
  ///   or MP3), ends early, or declares chunks that do not fit into each other.
  public init(contentsOf path: String) throws(DatasetError) {
    try self.init(fileBytes: readFile(path), name: path)
  }

  /// Reads the bytes of a WAV file; `name` stands for the file in errors.
  public init(fileBytes: [UInt8], name: String) throws(DatasetError) {
    let file = try WAVFile(fileBytes, name: name)
    self.init(
      sampleRate: file.format.sampleRate, channels: file.format.channels, samples: file.samples)
  }

  /// Seconds.
  public var duration: Double { Double(count) / Double(sampleRate) }

  /// The mean of the channels, as one.
  public var mono: Waveform {
    if channels == 1 { return self }
    let scale = 1 / Float(channels)
    let mixed = (0..<count).map { moment in
      samples[moment * channels..<(moment + 1) * channels].reduce(0, +) * scale
    }
    return Waveform(sampleRate: sampleRate, samples: mixed)
  }
}
