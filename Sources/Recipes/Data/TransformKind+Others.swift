import Datasets

extension TransformKind {
  static let morePictures: [TransformKind] = [
    TransformKind(
      Variant(
        "rotate", "Turned at random.", example: "rotate: 10", hasShorthand: true,
        [.required("degrees", .number(.init(lower: 0, upper: 180)), "At most so far, either way.")])
    ) { .picture(RandomRotation($0.number("degrees"))) },
    TransformKind(
      Variant(
        "affine", "Turned, moved, scaled and sheared at random.",
        example: "affine: {degrees: 10, move: 0.1, scale: [0.9, 1.1], shear: 5}",
        [
          Key("degrees", .number(.init(lower: 0, upper: 180)), "0", "Turned at most so far."),
          Key("move", .number(.fraction), "0", "Moved at most so much of the picture's sides."),
          Key(
            "scale", .list(.number(.above(0)), count: 2...2), "[1, 1]",
            "The least and greatest scale."),
          Key(
            "shear", .number(.init(lower: 0, upper: 89)), "0", "Sheared at most so many degrees."),
        ])
    ) { options throws(Misfit) in
      let scale = options.list("scale").map(\.number)
      guard scale[0] <= scale[1] else { throw Misfit("has a least scale above the greatest") }
      let (degrees, move) = (options.number("degrees"), options.number("move"))
      let shear = options.number("shear")
      return .picture(
        RandomAffine(
          degrees: -degrees...degrees, translation: (move, move), scale: scale[0]...scale[1],
          shear: -shear...shear))
    },
    TransformKind(
      Variant(
        "colour_jitter", "Brightness, contrast, saturation and hue at random.",
        example: "colour_jitter: {brightness: 0.2, contrast: 0.2}",
        [
          Key("brightness", .number(.from(0)), "0", "How much it changes at most, of its own."),
          Key("contrast", .number(.from(0)), "0", "How much it changes at most, of its own."),
          Key("saturation", .number(.from(0)), "0", "How much it changes at most, of its own."),
          Key(
            "hue", .number(.init(lower: 0, upper: 0.5)), "0",
            "How far it turns at most, of a circle."),
        ])
    ) { options in
      .picture(
        ColorJitter(
          brightness: options.number("brightness"), contrast: options.number("contrast"),
          saturation: options.number("saturation"), hue: options.number("hue")))
    },
    TransformKind(Variant("grey", "One channel, the luminance.")) { _ in .picture(Grayscale()) },
  ]

  private static let frequencies = Key(
    "frequencies", .integer(1...4096), "64", "Pitches on the mel scale.")
  private static let window = Key("window", .integer(2...(1 << 20)), "400", "Samples of a window.")
  private static let hop = Key(
    "hop", .integer(1...(1 << 20)), "160", "Samples from one to the next.")
  private static let rate = Key(
    "sample_rate", .integer(1...1_000_000), nil,
    "Samples a second of the sounds; the source's own rate unless given.")

  static let sounds: [TransformKind] = [
    TransformKind(
      Variant(
        "fixed_length", "Cut, or filled with silence, to so many samples.",
        example: "fixed_length: 16000", hasShorthand: true,
        [
          .required("samples", .integer(1...(1 << 28)), "Samples of each sound."),
          Key("keep", .choice(["start", "center"]), "start", "Which part is kept."),
        ])
    ) { options in
      .sound(
        TrimOrPad(
          options.integer("samples"), place: options.name("keep") == "start" ? .start : .center))
    },
    TransformKind(
      Variant(
        "noise", "White noise at random.", example: "noise: [10, 30]", hasShorthand: true,
        [
          .required(
            "decibels", .list(.number(.any), count: 2...2),
            "The least and greatest ratio of the sound to the noise.")
        ])
    ) { options throws(Misfit) in
      let ratio = options.list("decibels").map(\.number)
      guard ratio[0] <= ratio[1] else { throw Misfit("has a least ratio above the greatest") }
      return .sound(AddNoise(signalToNoise: ratio[0]...ratio[1]))
    },
    TransformKind(
      Variant(
        "log_mel",
        "A picture of the sound, [1, frequencies, time]: loudness by pitch, in decibels.",
        example: "log_mel: {frequencies: 40, window: 256, hop: 128, sample_rate: 8000}",
        [frequencies, window, hop, rate])
    ) { options throws(Misfit) in .spectrum(try mel(options)) },
    TransformKind(
      Variant(
        "mfcc", "Cepstral coefficients of the sound, [1, coefficients, time].",
        example: "mfcc: {coefficients: 20, sample_rate: 8000}",
        [
          Key("coefficients", .integer(1...4096), "20", "How many, at most `frequencies`."),
          frequencies, window, hop, rate,
        ])
    ) { options throws(Misfit) in
      let (count, frequencies) = (options.integer("coefficients"), options.integer("frequencies"))
      guard count <= frequencies else {
        throw Misfit("asks for \(count) coefficients of \(frequencies) frequencies")
      }
      return .spectrum(MFCC(try mel(options), count: count))
    },
    TransformKind(
      Variant(
        "frequency_mask", "A band of frequencies is silenced at random.",
        example: "frequency_mask: 8", hasShorthand: true,
        [.required("largest", .integer(0...4096), "Frequencies at most.")])
    ) { .numbers(FrequencyMask($0.integer("largest"))) },
    TransformKind(
      Variant(
        "time_mask", "A span of time is silenced at random.", example: "time_mask: 8",
        hasShorthand: true, [.required("largest", .integer(0...(1 << 20)), "Frames at most.")])
    ) { .numbers(TimeMask($0.integer("largest"))) },
    TransformKind(
      Variant(
        "frames_first", "[1, frequencies, time] → [time, frequencies], as recurrent layers take it."
      )
    ) { _ in .numbers(FramesFirst()) },
  ]

  private static func mel(_ options: Entry) throws(Misfit) -> MelSpectrogram {
    guard let rate = options["sample_rate"]?.integer else {
      throw Misfit("needs a sample_rate, here or in the source")
    }
    return MelSpectrogram(
      sampleRate: rate,
      spectrogram: Spectrogram(fftSize: options.integer("window"), hop: options.integer("hop")),
      count: options.integer("frequencies"), decibels: MelSpectrogram.Decibels())
  }

  static let batches: [TransformKind] = [
    TransformKind(
      Variant(
        "erase", "A rectangle is set to 0 at random.", hasShorthand: true,
        [Key("probability", .number(.fraction), "0.5", "How often.")])
    ) { .numbers(RandomErasing($0.number("probability"))) },
    TransformKind(
      Variant(
        "mixup", "Examples and their classes are mixed in pairs (Zhang et al., 2018).",
        [Key("alpha", .number(.above(0)), "0.2", "How far they are mixed.")])
    ) { .mixing(alpha: $0.number("alpha"), cuts: false) },
    TransformKind(
      Variant(
        "cutmix", "Rectangles of pictures are swapped in pairs (Yun et al., 2019).",
        [Key("alpha", .number(.above(0)), "1", "How large they are.")])
    ) { .mixing(alpha: $0.number("alpha"), cuts: true) },
  ]
}
