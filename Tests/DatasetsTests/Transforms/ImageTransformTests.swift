import Arrays
import Datasets
import Tensors
import Testing

@Suite struct ImageTransformTests {
  let golden = TransformGolden.shared

  @Test("pictures are resized as Pillow resizes them, to the last bit")
  func resizes() {
    for example in golden.resizing.cases {
      let source = golden.resizing.sources[example.source].image
      let box = example.box.map {
        PixelBox(top: $0[0], left: $0[1], height: $0[2], width: $0[3])
      }
      let expected = example.result.image
      let found = source.resized(
        to: expected.size, from: box, interpolation: example.interpolation)
      #expect(
        found == expected,
        "\(example.interpolation) \(source.size) to \(expected.size): \(difference(found, expected) as Any)"
      )
    }
  }

  @Test("pictures are turned and moved as torchvision does")
  func moves() {
    for example in golden.moving.cases {
      let source = golden.moving.sources[example.source].image
      let map = AffineMap(
        of: source.size, clockwise: example.clockwise, right: example.right, down: example.down,
        scale: example.scale, shearAlongX: example.shear)
      let found = source.transformed(by: map, interpolation: example.interpolation, fill: 7)
      let expected = example.result.image
      let differences = difference(found, expected)
      // Points on the line between two pixels, and between inside and outside, may fall either way.
      let label = "\(example.interpolation) by \(example.clockwise): \(differences as Any)"
      #expect((differences?.largest ?? .max) <= 1, "\(label)")
      #expect((differences?.count ?? .max) * 25 <= expected.pixels.count, "\(label)")
    }
  }

  @Test("colours are changed as Pillow and torchvision do, to the last bit")
  func colors() {
    for example in golden.coloring.cases {
      let source = golden.coloring.sources[example.source].image
      let found =
        switch example.change {
        case "brightness": source.brightened(by: example.amount)
        case "contrast": source.contrasted(by: example.amount)
        case "saturation": source.saturated(by: example.amount)
        case "hue": source.withHue(movedBy: example.amount)
        default: source.grey
        }
      let expected = example.result.image
      #expect(
        found == expected,
        "\(example.change) \(example.amount): \(difference(found, expected) as Any)")
    }
  }

  @Test("pictures are cropped and padded as torchvision does")
  func crops() throws {
    let source = golden.cropping.source.image
    for example in golden.cropping.cases {
      let found: Image
      switch example.kind {
      case "center": found = try CenterCrop(example.size[0], example.size[1])(source)
      case "constant":
        found = source.padded(top: 3, left: 1, bottom: 4, right: 2, with: .constant(9))
      case "reflect": found = source.padded(top: 3, left: 1, bottom: 4, right: 2, with: .reflect)
      default: found = source.padded(top: 3, left: 1, bottom: 4, right: 2, with: .edge)
      }
      #expect(found == example.result.image, "\(example.kind) \(example.size)")
    }
  }

  @Test("a tensor of a picture, normalized in one step or in two")
  func normalizes() throws {
    let (mean, deviation): ([Float], [Float]) = ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
    let source = golden.cropping.source.image
    let one = try ToTensor(mean: mean, standardDeviation: deviation)(source)
    let two = try ToTensor().then(Normalize(mean: mean, standardDeviation: deviation))(source)
    #expect(one.shape == [3, 9, 12])
    #expect(one.scalars(as: Float.self) == two.scalars(as: Float.self))
    #expect(largestDifference(one.scalars(as: Float.self), golden.cropping.normalized) < 1e-6)
    let plain = try ToTensor()(source).scalars(as: Float.self)
    #expect(plain[9 * 12] == Float(source.pixels[1]) / 255)
  }

  @Test("flips exchange sides, and twice give the picture back")
  func flips() throws {
    let image = Image(height: 2, width: 3, channels: 1, pixels: [1, 2, 3, 4, 5, 6])
    #expect(try HorizontalFlip(1)(image).pixels == [3, 2, 1, 6, 5, 4])
    #expect(try VerticalFlip(1)(image).pixels == [4, 5, 6, 1, 2, 3])
    #expect(try HorizontalFlip(0)(image) == image && VerticalFlip(0)(image) == image)
    let color = golden.resizing.sources[0].image
    #expect(color.flippedHorizontally().flippedHorizontally() == color)
    #expect(color.flippedVertically().flippedVertically() == color)
    let flipped = (0..<4000).filter { place in
      (try? HorizontalFlip(0.25)(image, seed: 1, place: place)) != image
    }
    // Five standard deviations.
    let bound = 5 * (4000 * 0.25 * 0.75).squareRoot()
    #expect(abs(Double(flipped.count) - 1000) < bound)
  }

  @Test("the shorter side becomes what is asked")
  func keepsProportions() throws {
    let image = Image(height: 30, width: 41, channels: 1, pixels: Array(repeating: 9, count: 1230))
    #expect(try Resize(15)(image).size == PixelSize(height: 15, width: 20))
    let upright = Image(height: 41, width: 30, channels: 1, pixels: image.pixels)
    #expect(try Resize(15)(upright).size == PixelSize(height: 20, width: 15))
    #expect(try Resize(height: 3, width: 5)(image).size == PixelSize(height: 3, width: 5))
  }

  @Test("every crop is equally likely, and inside")
  func randomCrops() throws {
    let image = Image(height: 3, width: 4, channels: 1, pixels: Array(0..<12))
    var counts: [[UInt8]: Int] = [:]
    for place in 0..<6000 { counts[try RandomCrop(2)(image, place: place).pixels, default: 0] += 1 }
    #expect(counts.count == 6)
    for (pixels, count) in counts {
      #expect(pixels[1] == pixels[0] + 1 && pixels[2] == pixels[0] + 4)
      #expect(abs(count - 1000) < 145)
    }
    let padded = try RandomCrop(5, 6, padding: 1)(image)
    #expect(
      padded.pixels == [0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 0] + [
        0, 4, 5, 6, 7, 0, 0, 8, 9, 10, 11, 0,
      ]
        + Array(repeating: 0, count: 6))
  }

  @Test("random parts have the areas and proportions that were asked for")
  func randomResizedCrops() {
    let crop = RandomResizedCrop(8)
    let size = PixelSize(height: 300, width: 400)
    var areas: [Double] = []
    for place in 0..<4000 {
      var random = RandomScalars(seed: 3, place: place)
      let box = crop.box(in: size, using: &random)
      #expect(box.top >= 0 && box.left >= 0)
      #expect(box.top + box.height <= 300 && box.left + box.width <= 400)
      let proportion = Double(box.width) / Double(box.height)
      #expect(proportion > 0.74 && proportion < 1.35)
      areas.append(Double(box.height * box.width) / 120_000)
    }
    #expect((areas.min() ?? 0) > 0.079 && (areas.max() ?? 2) <= 1)
    // Where none of ten fits, it is the middle: a strip has one only.
    var random = RandomScalars(seed: 1)
    let strip = RandomResizedCrop(8, scale: 1...1).box(
      in: PixelSize(height: 10, width: 100), using: &random)
    #expect(strip == PixelBox(top: 0, left: 43, height: 10, width: 13))
  }

  @Test("erasing overwrites a rectangle and nothing else")
  func erases() throws {
    let image = Tensor([Float](repeating: 1, count: 2 * 20 * 30), shape: [2, 20, 30])
    for place in 0..<200 {
      let erasing = RandomErasing(1, value: -1)
      var random = RandomScalars(seed: 2, place: place)
      _ = random.bernoulli(1)
      let box = try #require(erasing.box(in: PixelSize(height: 20, width: 30), using: &random))
      let values = try erasing(image, seed: 2, place: place).scalars(as: Float.self)
      #expect(values.filter { $0 == -1 }.count == 2 * box.height * box.width)
      #expect(values[box.top * 30 + box.left] == -1)
      #expect(values[600 + (box.top + box.height - 1) * 30 + box.left + box.width - 1] == -1)
      let share = Double(box.height * box.width) / 600
      #expect(share > 0.005 && share < 0.37)
    }
    #expect(try RandomErasing(0)(image).scalars(as: Float.self).allSatisfy { $0 == 1 })
  }

  @Test("jitter without amounts changes nothing, and with amounts stays in its ranges")
  func jitters() throws {
    let image = golden.coloring.sources[0].image
    #expect(try ColorJitter()(image) == image)
    let jitter = ColorJitter(brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1)
    let pictures = try (0..<20).map { try jitter(image, seed: 1, place: $0) }
    #expect(Set(pictures).count == 20)
    #expect(try jitter(image, seed: 1, place: 3) == pictures[3])
    let darker = ColorJitter(brightness: 1)
    for place in 0..<50 {
      let found = try darker(image, place: place)
      #expect(zip(found.pixels, image.pixels).allSatisfy { Int($0) <= 2 * Int($1) })
    }
  }

  @Test("a list of transforms, and one that is applied sometimes")
  func lists() throws {
    let image = Image(height: 1, width: 2, channels: 1, pixels: [1, 2])
    let twice = TransformList<Image>([HorizontalFlip(1), VerticalFlip(1), HorizontalFlip(1)])
    #expect(try twice(image) == image)
    #expect(try Sometimes(0, HorizontalFlip(1))(image) == image)
    #expect(try Sometimes(1, HorizontalFlip(1))(image).pixels == [2, 1])
  }

  @Test("mixup mixes inputs and probabilities alike")
  func mixesUp() throws {
    let inputs = Tensor([0, 0, 1, 1, 2, 2] as [Float], shape: [3, 2])
    let batch = SampleBatch(inputs: inputs, targets: Tensor([0, 1, 2]))
    for place in 0..<50 {
      let mixed = try MixUp(alpha: 0.5, classCount: 4)(batch, place: place)
      let targets = mixed.targets.scalars(as: Float.self)
      let share = targets[0]
      let other = 1 - share
      let expected: [Float] = [
        share, 0, other, 0, other, share, 0, 0, 0, other, share, 0,
      ]
      #expect(largestDifference(targets, expected) < 1e-6)
      let values = mixed.inputs.scalars(as: Float.self)
      #expect(
        largestDifference(
          values, [2 * other, 2 * other, share, share, 2 * share + other, 2 * share + other]) < 1e-6
      )
    }
    // The mean of Beta(α, α) is ½, its variance 1 / (8α + 4).
    let shares = try (0..<2000).map { place in
      try MixUp(alpha: 0.5, classCount: 3)(batch, seed: 9, place: place).targets
        .scalars(as: Float.self)[0]
    }
    let mean = shares.reduce(0, +) / 2000
    let variance = shares.reduce(0) { $0 + ($1 - 0.5) * ($1 - 0.5) } / 2000
    #expect(abs(mean - 0.5) < 0.04 && abs(variance - 0.125) < 0.01)
  }

  @Test("cutmix pastes a rectangle and mixes probabilities by the areas")
  func cutsAndMixes() throws {
    let inputs = Tensor(
      (0..<3).flatMap { [Float](repeating: Float($0), count: 2 * 8 * 6) }, shape: [3, 2, 8, 6])
    let batch = SampleBatch(inputs: inputs, targets: Tensor([0, 1, 2]))
    for place in 0..<100 {
      let mixed = try CutMix(classCount: 3)(batch, place: place)
      let values = mixed.inputs.scalars(as: Float.self)
      let pasted = values[..<96].filter { $0 == 2 }.count
      #expect(values[..<96].allSatisfy { $0 == 0 || $0 == 2 })
      let targets = mixed.targets.scalars(as: Float.self)
      #expect(abs(targets[0] - (1 - Float(pasted) / 96)) < 1e-6)
      #expect(abs(targets[0] + targets[2] - 1) < 1e-6)
    }
    #expect(throws: DatasetError.self) {
      try CutMix(classCount: 2)(batch)
    }
  }

  @Test("a picture of one long row does not become one of thousands")
  func longRow() {
    let row = Image(
      height: 1, width: 60_000, channels: 1, pixels: .init(repeating: 1, count: 60_000))
    var random = RandomScalars(seed: 1)
    let error = #expect(throws: DatasetError.self) { try Resize(256)(row, using: &random) }
    #expect(error?.reason == .tooManyPixels)
  }
}
