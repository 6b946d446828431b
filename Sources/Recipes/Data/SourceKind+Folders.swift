import Datasets

extension SourceKind {
  private static let channels = Key(
    "channels", .choice(["grey", "rgb"]), "rgb", "What pictures become, whatever the files have.")

  static let folders: [SourceKind] = [
    SourceKind(
      variant: Variant(
        "images", "PNG and JPEG files in folders of their classes.",
        example: "images: data/animals",
        hasShorthand: true,
        [.required("folder", .text, "The folder with a folder for each class."), channels])
    ) { options, _ in
      let folder = try ImageFolder(
        options.name("folder"), decoding: decoding(options.name("channels")))
      return Material(
        examples: .pictures(folder), count: folder.count, targets: .classes(folder.classCount),
        classNames: folder.classNames, labels: folder.files.map(\.label),
        names: folder.files.map(\.path), fields: ["path": folder.files.map(\.path)])
    },
    SourceKind(
      variant: Variant(
        "cifar", "CIFAR-10 or CIFAR-100 in its binary files.", example: "cifar: data/cifar10",
        hasShorthand: true,
        [
          .required("folder", .text, "The folder of the files."),
          Key("classes", .choice(["10", "20", "100"]), "10", "How many classes are told apart."),
        ])
    ) { options, _ in
      let labels: CIFAR.Labels =
        switch options.name("classes") {
        case "20": .twenty
        case "100": .hundred
        default: .ten
        }
      let cifar = try CIFAR.load(from: options.name("folder"), labels)
      let names = labels == .ten ? CIFAR.classNames : (0..<labels.classCount).map(String.init)
      return Material(training: cifar.training, test: cifar.test, classNames: names)
    },
    SourceKind(
      variant: Variant(
        "wav", "WAV files of one folder, whose classes stand in their names.",
        example: "wav: {folder: data/fsdd, pattern: \"{label}_{speaker}_{index}.wav\"}",
        [
          .required("folder", .text, "The folder of the files."),
          Key(
            "pattern", .text, "'{label}_{speaker}_{index}.wav'",
            "The form of their names, with parts in braces, of which one is `{label}`."),
          Key(
            "sample_rate", .integer(1...1_000_000), nil,
            "Samples a second, to which all are resampled; as they are unless given."),
        ])
    ) { options, _ in
      let pattern = options.name("pattern")
      try requireParts(pattern)
      let folder = try RecordingFolder(
        options.name("folder"), pattern: pattern, sampleRate: options["sample_rate"]?.integer)
      var fields: [String: [String]] = [:]
      for name in folder.files.first?.fields.keys.sorted() ?? [] {
        fields[name] = folder.files.map { $0.fields[name] ?? "" }
      }
      return Material(
        examples: .sounds(folder), count: folder.count, targets: .classes(folder.classCount),
        classNames: folder.classNames, labels: folder.files.map(\.label),
        names: folder.files.map(\.path), fields: fields, sampleRate: options["sample_rate"]?.integer
      )
    },
  ]

  static func decoding(_ channels: String) -> Image.Decoding {
    Image.Decoding(channels: channels == "grey" ? .grey : .rgb)
  }

  /// A pattern that could not be followed is the recipe's mistake, not the program's.
  private static func requireParts(_ pattern: String) throws(Misfit) {
    var names: [String] = []
    var rest = pattern[...]
    var touches = false
    while let open = rest.firstIndex(of: "{") {
      touches = touches || !names.isEmpty && open == rest.startIndex
      guard let close = rest[open...].firstIndex(of: "}") else {
        throw Misfit("has the pattern \(pattern), in which a brace is not closed")
      }
      names.append(String(rest[rest.index(after: open)..<close]))
      rest = rest[rest.index(after: close)...]
    }
    guard names.contains("label"), Set(names).count == names.count, !touches else {
      throw Misfit(
        "has the pattern \(pattern); it needs the part {label}, each part once, and text between parts"
      )
    }
  }
}

extension Material {
  /// Pictures in memory, of which the source itself has put some aside.
  init(training: LabelledImages, test: LabelledImages, classNames: [String]) {
    let all = LabelledImages(
      pixels: training.pixels + test.pixels, classes: training.classes + test.classes,
      size: training.size, classCount: training.classCount, brightest: training.brightest)
    self.init(
      pictures: all, testPlaces: Array(training.count..<all.count), classNames: classNames)
  }
}
