// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "myelin",
  products: [
    .library(name: "Myelin", targets: ["Myelin"]),
    .executable(name: "myelin", targets: ["CommandLineTool"]),
    .executable(name: "benchmarks", targets: ["Benchmarks"]),
    .executable(name: "examples", targets: ["Examples"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // C only: kernels, and the headers of the libraries below Myelin.
    .target(name: "CKernels", linkerSettings: [.linkedLibrary("m")]),
    .target(
      name: "CBLAS", dependencies: ["CKernels"],
      linkerSettings: [.linkedLibrary("openblas"), .linkedLibrary("gomp")]),
    .target(
      name: "COneDNN", dependencies: ["CKernels"],
      linkerSettings: [.linkedLibrary("dnnl"), .linkedLibrary("gomp")]),
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
    .target(
      name: "CImages", linkerSettings: [.linkedLibrary("png16"), .linkedLibrary("jpeg")]),

    // The rooms, each importing only from those above it.
    .target(name: "Arrays", dependencies: ["CKernels"]),
    .target(name: "ReferenceBackend", dependencies: ["Arrays"]),
    .target(
      name: "CPUBackend",
      dependencies: ["Arrays", "ReferenceBackend", "CKernels", "CBLAS", "COneDNN"]),
    .target(
      name: "Tensors", dependencies: ["Arrays", "ReferenceBackend", "CPUBackend", "CKernels"],
      exclude: ["README.md"]),
    .target(name: "NeuralNetworks", dependencies: ["Arrays", "Tensors"]),
    .target(name: "Optimizers", dependencies: ["Arrays", "Tensors", "NeuralNetworks"]),
    .target(name: "Models", dependencies: ["Arrays", "Tensors", "NeuralNetworks"]),
    .target(
      name: "Datasets", dependencies: ["Arrays", "Tensors", "CKernels", "CZlib", "CImages"],
      exclude: ["Resources/README.md"],
      resources: [
        .embedInCode("Resources/digits.idx.gz"), .embedInCode("Resources/el_nino.csv"),
      ]),
    .target(name: "Interchange", dependencies: ["Arrays", "Tensors", "Datasets", "CZlib"]),
    .target(name: "Text", dependencies: ["Datasets"]),
    .target(
      name: "Training",
      dependencies: [
        "Arrays", "CPUBackend", "Tensors", "NeuralNetworks", "Optimizers", "Datasets",
        "Interchange", "CZlib",
      ]),
    .target(
      name: "Downloads",
      dependencies: ["Datasets", "CZlib", .product(name: "Crypto", package: "swift-crypto")]),
    .target(
      name: "Recipes",
      dependencies: [
        "Arrays", "Tensors", "NeuralNetworks", "Models", "Optimizers", "Datasets", "Interchange",
        "Text", "Training", "Yams",
      ],
      resources: [
        "breast-cancer", "cifar10-resnet20", "diabetes", "digits", "mnist", "shakespeare-gpt",
        "shakespeare-lstm", "spoken-digits",
      ].map { .embedInCode("Shipped/\($0).yaml") }),
    .target(
      name: "Myelin",
      dependencies: [
        "Arrays", "Tensors", "NeuralNetworks", "Models", "Optimizers", "Datasets", "Interchange",
        "Text", "Training",
      ]),
    .executableTarget(
      name: "CommandLineTool",
      dependencies: [
        "Arrays", "CPUBackend", "Downloads", "Myelin", "Recipes",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .executableTarget(
      name: "Examples",
      dependencies: ["Myelin", .product(name: "ArgumentParser", package: "swift-argument-parser")],
      path: "Examples", exclude: ["README.md"]),
    .executableTarget(
      name: "Benchmarks",
      dependencies: ["Arrays", "CBLAS", "COneDNN", "CPUBackend", "Myelin"], path: "Benchmarks"),

    // Tests mirror the rooms; what several of them need is in TestSupport.
    .target(name: "TestSupport", dependencies: ["Myelin"], path: "Tests/TestSupport"),
    .testTarget(name: "ArraysTests", dependencies: ["Arrays"]),
    .testTarget(name: "ReferenceBackendTests", dependencies: ["Arrays", "ReferenceBackend"]),
    .testTarget(
      name: "CPUBackendTests",
      dependencies: ["Arrays", "CPUBackend", "ReferenceBackend", "CKernels"]),
    .testTarget(
      name: "TensorsTests",
      dependencies: ["Arrays", "Tensors", "CPUBackend", "ReferenceBackend", "TestSupport"]),
    .testTarget(
      name: "NeuralNetworksTests", dependencies: ["Myelin", "TestSupport"],
      resources: [.copy("Golden")]),
    .testTarget(
      name: "ModelsTests", dependencies: ["Myelin", "TestSupport"], resources: [.copy("Golden")]),
    .testTarget(
      name: "OptimizersTests", dependencies: ["Myelin", "TestSupport"],
      resources: [.copy("Golden")]),
    .testTarget(
      name: "CompilationTests",
      dependencies: ["Arrays", "Tensors", "CPUBackend", "Myelin", "TestSupport"]),
    .testTarget(
      name: "DatasetsTests", dependencies: ["Arrays", "Tensors", "Datasets", "CZlib"],
      resources: [.copy("Golden")]),
    .testTarget(
      name: "InterchangeTests", dependencies: ["Interchange", "Myelin"],
      resources: [.copy("Golden")]),
    .testTarget(
      name: "TextTests", dependencies: ["Text", "TestSupport"], resources: [.copy("Golden")]),
    // A process that tests kill.
    .executableTarget(
      name: "TrainingProbe", dependencies: ["Myelin"], path: "Tests/TrainingProbe"),
    .testTarget(
      name: "TrainingTests", dependencies: ["Myelin", "TestSupport", "TrainingProbe"],
      resources: [.copy("Golden")]),
    .testTarget(name: "DownloadsTests", dependencies: ["Datasets", "Downloads", "CZlib"]),
    .testTarget(
      name: "FuzzTests", dependencies: ["Datasets", "Downloads", "Interchange", "Tensors"]),
    .testTarget(name: "RecipesTests", dependencies: ["Myelin", "Recipes", "TestSupport"]),
    .testTarget(name: "DocumentationTests", dependencies: ["Myelin"]),
    .testTarget(
      name: "CommandLineToolTests",
      dependencies: [
        "CommandLineTool", "CPUBackend", "Myelin", "Recipes",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .testTarget(name: "ExamplesTests", dependencies: ["Examples", "Myelin"]),
  ],
  swiftLanguageModes: [.v6]
)
