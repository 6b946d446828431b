import Datasets

/// A transform: how it is written, and what it is made of.
struct TransformKind: Sendable {
  let variant: Variant
  let make: @Sendable (Entry) throws(Misfit) -> Change

  init(_ variant: Variant, _ make: @escaping @Sendable (Entry) throws(Misfit) -> Change) {
    (self.variant, self.make) = (variant, make)
  }

  static let all: [TransformKind] = pictures + morePictures + sounds + numbers + batches

  /// The kind of this name, which a description has.
  static func kind(_ name: String) throws(Misfit) -> TransformKind {
    guard let kind = all.first(where: { $0.variant.name == name }) else {
      throw Misfit("is no transform")
    }
    return kind
  }

  private static let side = Form.either([
    .integer(1...65_535), .list(.integer(1...65_535), count: 2...2),
  ])
  private static let probability = Key("probability", .number(.fraction), "0.5", "How often.")

  /// Height and width, of one number or two.
  private static func sides(_ options: Entry) -> (Int, Int) {
    let lengths = options.lengths("size")
    return (lengths[0], lengths.last ?? lengths[0])
  }

  static let pictures: [TransformKind] = [
    TransformKind(
      Variant(
        "resize", "Another size, by interpolation.", example: "resize: [32, 32]",
        hasShorthand: true,
        [.required("size", side, "Height and width, or the shorter side, the other in proportion.")]
      )
    ) { options in
      let lengths = options.lengths("size")
      return .picture(
        lengths.count == 1 ? Resize(lengths[0]) : Resize(height: lengths[0], width: lengths[1]))
    },
    TransformKind(
      Variant(
        "center_crop", "The middle of the picture.", example: "center_crop: 28", hasShorthand: true,
        [.required("size", side, "Height and width.")])
    ) { options in
      let (height, width) = sides(options)
      return .picture(CenterCrop(height, width))
    },
    TransformKind(
      Variant(
        "random_crop", "A part anywhere in the picture, with zeros around it.",
        example: "random_crop: {size: 28, padding: 2}", hasShorthand: true,
        [
          .required("size", side, "Height and width."),
          Key("padding", .integer(0...1024), "0", "Zeros on each side before cropping."),
        ])
    ) { options in
      let (height, width) = sides(options)
      return .picture(RandomCrop(height, width, padding: options.integer("padding")))
    },
    TransformKind(
      Variant(
        "random_resized_crop", "A part of any size and shape, resized.",
        example: "random_resized_crop: 224", hasShorthand: true,
        [
          .required("size", side, "Height and width of the result."),
          Key("smallest", .number(.above(0)), "0.08", "The smallest part of the picture's area."),
        ])
    ) { options throws(Misfit) in
      let (height, width) = sides(options)
      let smallest = options.number("smallest")
      guard smallest <= 1 else {
        throw Misfit("takes at most the whole picture, found \(smallest)")
      }
      return .picture(RandomResizedCrop(height, width, scale: smallest...1))
    },
    TransformKind(
      Variant("horizontal_flip", "Left becomes right at random.", hasShorthand: true, [probability])
    ) { .picture(HorizontalFlip($0.number("probability"))) },
    TransformKind(
      Variant("vertical_flip", "Up becomes down at random.", hasShorthand: true, [probability])
    ) { .picture(VerticalFlip($0.number("probability"))) },
  ]

  static let numbers: [TransformKind] = [
    TransformKind(
      Variant(
        "normalize", "(x − mean) / deviation, channel by channel.",
        example: "normalize: {mean: [0.1307], deviation: [0.3081]}",
        [
          .required("mean", .list(.number(.any), count: 1...4096), "One for each channel."),
          .required(
            "deviation", .list(.number(.above(0)), count: 1...4096), "One for each channel."),
        ])
    ) { options throws(Misfit) in
      let mean = options.list("mean").map { Float($0.number) }
      let deviation = options.list("deviation").map { Float($0.number) }
      guard mean.count == deviation.count else {
        throw Misfit("has \(mean.count) means and \(deviation.count) deviations")
      }
      return .numbers(Normalize(mean: mean, standardDeviation: deviation))
    },
    TransformKind(
      Variant(
        "standardize",
        "Mean 0 and deviation 1, channel by channel or column by column, as the training part has it."
      )
    ) { _ in .standardize },
  ]
}

extension Variant {
  static let transforms = TransformKind.all.map(\.variant)
}
