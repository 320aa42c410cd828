"""CISE 1.5.3: the order of elements and the code lists, as data.

The order within a message, a service and a participant is that of the published schemas of the service model
(`message.xsd`, `service.xsd`, `authority.xsd` in github.com/enextus/cise-sim, BSD-3). The schemas of the data model are
not to be had as text: its order follows the rule that every published sample keeps (what is inherited first; then the
class's own attributes in alphabetical order; then its relations in alphabetical order), applied to the attributes that
EMSA's documentation of version 1.5.3 lists. What no sample shows is in `INFERRED`.
"""

from __future__ import annotations

MESSAGE_NS = "http://www.cise.eu/servicemodel/v1/message/"
SERVICE_NS = "http://www.cise.eu/servicemodel/v1/service/"
ENTITY_NS = "http://www.cise.eu/datamodel/v1/entity/"
XSI_NS = "http://www.w3.org/2001/XMLSchema-instance"

_MESSAGE = (
    "ContextID", "CorrelationID", "CreationDateTime", "MessageID", "Priority", "RequiresAck", "Sender", "Recipient",
    "Payload", "Reliability", "CcRecipients",
)  # fmt: skip
_SERVICE = (
    "DataFreshness", "SeaBasin", "ServiceID", "ServiceOperation", "ServiceRole", "ServiceStatus", "ServiceType",
    "Participant", "ServiceCapability",
)  # fmt: skip
_ENTITY = ("Identifier", "Metadata")
_EVENT = (
    *_ENTITY, "NatureType", "OccurrencePeriod",
    "DocumentRel", "ImpliedRiskRel", "InvolvedAgentRel", "InvolvedObjectRel", "InvolvedWithRel", "LocationRel",
)  # fmt: skip
_INCIDENT = (
    *_EVENT, "Certainty", "DeathsOnBoard", "DiseasesOnBoard", "InfectionOnBoard", "Instructions", "NumberOfIIllPersons",
    "ResponseType", "ResponseUrgency", "Severity", "Urgency",
)  # fmt: skip
_OBJECT = (
    *_ENTITY, "Colour", "ExternalMarkings", "MaximumSpeed", "Name", "Nationality", "TotalPersonsOnBoard",
    "DocumentRel", "ImpliedRiskRel", "InvolvedAgentRel", "InvolvedEventRel", "LocationRel",
)  # fmt: skip
_DOCUMENT = (*_ENTITY, "Content", "Hash", "ReferenceURI", "Subject", "Title", "Version", "LocationRel")
_PERIOD = ("Duration", "EndDate", "EndTime", "StartDate", "StartTime")
_LOCATION = (*_ENTITY, "Geometry", "LocationQualitativeAccuracy", "LocationZone", "OperationalPurpose")

ORDER: dict[str, tuple[str, ...]] = {
    "Push": (*_MESSAGE, "DiscoveryProfiles"),
    "PullRequest": (
        *_MESSAGE, "PullType", "ResponseTimeOut", "Requests", "DiscoveryProfiles", "PayloadSelector",
    ),
    "PullResponse": (*_MESSAGE, "ErrorDetail", "ResultCode", "Fulfils"),
    "Feedback": (*_MESSAGE, "FeedbackType", "Reason", "RefMessageID"),
    "Acknowledgement": (*_MESSAGE, "AckCode", "AckDetail", "DiscoveredServices"),
    "Sender": _SERVICE, "Recipient": _SERVICE, "CcRecipients": _SERVICE, "DiscoveredServices": _SERVICE,
    "Payload": (
        "InformationSecurityLevel", "InformationSensitivity", "IsPersonalData", "Purpose", "RetentionPeriod",
        "EnsureEncryption", "*",
    ),
    "Requests": (
        "ExpectedResponseTime", "MaxEntitiesPerMsg", "MaxNumberOfRequests", "QueryByExampleType",
        "MaxFrequency", "RefreshRate", "SubscriptionEnd",
    ),
    "PayloadSelector": ("Selectors",),
    "Selectors": ("Selector", "Operator"),
    "Reliability": ("RetryStrategy",),
    "Participant": (
        "Id", "Name", "Description", "ClassificationLevel", "EndpointUrl", "EndpointType", "ProvidedServicesIds",
        "Gateway", "Owner", "PointOfContact", "AreasOfInterest", "Communities", "Functions", "MemberState",
    ),
    "Identifier": ("GeneratedBy", "GeneratedIn", "UUID", "correlatedWithRel"),
    "FormalOrganization": ("LegalName",),
    "Metadata": (
        "Abstract", "Comments", "CreationDate", "Creator", "Description", "Designation", "FileMediaType", "FileSchema",
        "FileURI", "InformationReliabilityLevel", "InformationSecurityClassification", "InformationSensitivityDegree",
        "Language", "PublicationDate", "Publisher", "ValidityPeriod",
    ),
    "OccurrencePeriod": _PERIOD,
    "DateTime": _PERIOD, "ValidityPeriod": _PERIOD,
    "Geometry": ("Altitude", "Latitude", "Longitude", "WKT"),
    "Location": (*_LOCATION, "GeographicIdentifier", "GeographicName"),
    "LocationRel": (
        "Location", "COG", "DateTime", "Heading", "LocationRole", "PlannedOperations", "SensorType", "SourceType",
        "Speed",
    ),
    "InvolvedObjectRel": ("Object", "ObjectRole"),
    "DocumentRel": ("Document",),
    "ImpliedRiskRel": ("Risk",),
    "InvolvedEventRel": ("Event",),
    "Anomaly": (*_EVENT, "AnomalyType"),
    "Incident": _INCIDENT,
    "MaritimeSafetyIncident": (*_INCIDENT, "MaritimeSafetyIncidentType"),
    "CrisisIncident": (*_INCIDENT, "CrisisIncidentType"),
    "LawInfringementIncident": (*_INCIDENT, "LawInfringementIncidentType"),
    "IrregularMigrationIncident": (*_INCIDENT, "IrregularMigrationIncidentType"),
    "PollutionIncident": (*_INCIDENT, "PollutionType", "Quantity"),
    "Movement": (*_EVENT, "MovementType"),
    "Action": (*_EVENT, "ActionStatus", "ActionType", "Mission", "Priority"),
    "Risk": (*_ENTITY, "RiskLevel", "RiskProbability", "RiskSeverity", "RiskType"),
    "EventDocument": (*_DOCUMENT, "DocumentType"),
    "Vessel": (
        *_OBJECT, "Arrangement", "Beam", "Breadth", "CallSign", "Deadweight", "Depth", "DesignSpeed", "Draught",
        "GrossTonnage", "HullMaterial", "IMONumber", "Length", "MMSI", "NavigationalStatus", "ShipType", "YearBuilt",
    ),
}  # fmt: skip
"""The elements of a class in their order; `*` stands for entities of any class."""

TYPES = {
    "Vessel": "vessel", "NamedLocation": "location", "Location": "location", "EventDocument": "document",
    "FormalOrganization": "organization",
}  # fmt: skip
"""The name space below `ENTITY_NS` of a class named by `xsi:type`."""

INFERRED = (
    "Event.NatureType", "Event.OccurrencePeriod", "Metadata.Abstract", "Metadata.Comments", "Metadata.CreationDate",
    "Metadata.Description", "Metadata.Designation", "Geometry.WKT", "NamedLocation.GeographicName",
    "LocationRel.DateTime", "LocationRel.SensorType", "Period.Duration", "AttachedDocument.Content",
    "AttachedDocument.Title", "EventDocument.DocumentType", "Incident.Severity", "Movement.MovementType",
    "Risk.RiskType", "Vessel.Beam", "Vessel.Nationality", "Anomaly.AnomalyType", "Action.ActionStatus",
)  # fmt: skip
"""What is listed by name in EMSA's documentation, but whose place no published sample shows."""

SERVICES = {
    "Anomaly": "AnomalyService", "Incident": "IncidentService", "CrisisIncident": "CrisisIncidentService",
    "MaritimeSafetyIncident": "MaritimeSafetyIncidentService",
    "LawInfringementIncident": "LawInfringementIncidentService",
    "IrregularMigrationIncident": "IrregularMigrationIncidentService", "PollutionIncident": "IncidentService",
    "Vessel": "VesselService", "Movement": "MovementService", "Action": "ActionService", "Risk": "RiskService",
    "EventDocument": "EventDocumentService",
}  # fmt: skip
"""Which service an entity is exchanged by; CISE has no service of its own for pollution."""

MESSAGES = ("Push", "PullRequest", "PullResponse", "Feedback", "Acknowledgement")
PULLS = ("Request", "Discover", "Subscribe", "Unsubscribe", "GetSubscribers")
FEEDBACKS = ("info", "delete")
PRIORITIES = ("Low", "Medium", "High")
OPERATIONS = ("Feedback", "Pull", "Subscribe", "Acknowledgement", "Push")
ACKNOWLEDGEMENTS = (
    "InvalidRequestObject", "ObjectTypeNotAccepted", "AuthenticationError", "BadRequest", "EntityTypeNotAccepted",
    "InternalGatewayFault", "ServiceManagerError", "Success", "SecurityError", "Unauthorized", "ServerError",
    "ServiceTypeNotSupported", "TimestampError", "NetworkError", "EndPointNotFound",
)  # fmt: skip
UNCLASSIFIED = ("NonClassified", "NonSpecified")
"""Levels of security that this system may touch; EURestricted and above are refused."""
SENSITIVITIES = {"CLEAR": "White", "GREEN": "Green", "AMBER": "Amber", "AMBER+STRICT": "Red", "RED": "Red"}
"""TLP 2.0 as the colours of TLP 1; AMBER+STRICT has none, and is never sent as Amber."""
COLOURS = {"White": "CLEAR", "Green": "GREEN", "Amber": "AMBER", "Red": "RED"}
PURPOSES = (
    "DefenceMonitoring", "CSDPTask", "BorderMonitoring", "CounterTerrorism", "EnvironmentWarning",
    "EnvironmentMonitoring", "EnvironmentResponse", "CustomsMonitoring", "LawEnforcementMonitoring",
    "FisheriesOperation", "BorderOperation", "Safety", "Security", "SAR", "FisheriesWarning", "FisheriesMonitoring",
    "VTM", "Operation", "LawEnforcementOperation", "CustomsOperation", "NonSpecified",
)  # fmt: skip
PURPOSE_OF = {
    "maritime_safety": "Safety", "maritime_security": "Security", "search_and_rescue": "SAR",
    "counter_terrorism": "CounterTerrorism", "fisheries": "FisheriesMonitoring",
    "environment": "EnvironmentMonitoring", "law_enforcement": "LawEnforcementMonitoring",
    "customs": "CustomsMonitoring", "border": "BorderMonitoring", "defence": "DefenceMonitoring",
}  # fmt: skip
"""Purposes of agreements as CISE names them; any other is NonSpecified."""

ANOMALIES = (
    "UnexpectedMovement", "CargoLeaking", "ShiftingOfCargo", "VesselOutOfTrafficLanes", "VesselWithErraticMovements",
    "StainOfOilSighted", "DetecionOfChangesInAISParameters", "PerformingAISSpoofing", "WithoutAISTransmission",
    "DoNotAnswerOnVHFCh16", "Other", "NonSpecified",
)  # fmt: skip
"""AnomalyType, with the spelling of the schema."""
ANOMALY_OF = {
    "gap": "WithoutAISTransmission", "identity": "DetecionOfChangesInAISParameters",
    "spoofing": "PerformingAISSpoofing", "impossible": "PerformingAISSpoofing",
    "deviation": "VesselOutOfTrafficLanes", "loitering": "UnexpectedMovement", "encounter": "UnexpectedMovement",
    "shadow": "UnexpectedMovement", "drifting": "UnexpectedMovement",
}  # fmt: skip
"""The anomaly a kind of detection is; every other kind is Other."""
CLAIMED = {"PerformingAISSpoofing"}
"""Anomalies that say somebody means it: sent only where that is judged likely, else Other."""
LIKELY = 0.55
"""From this probability on something is likely (ICD 203 of the United States, paragraph D.6.e(2)(a))."""
KINDS = {
    "WithoutAISTransmission": "gap", "DetecionOfChangesInAISParameters": "identity",
    "PerformingAISSpoofing": "spoofing", "VesselOutOfTrafficLanes": "deviation",
}  # fmt: skip
"""What an anomaly is read as; the coarser ones are not read as any kind."""

SEVERITIES = {"alarm": "Severe", "warning": "Moderate", "caution": "Minor"}
URGENT = {"Extreme": "alarm", "Severe": "alarm", "Moderate": "warning", "Minor": "caution"}
"""SeverityType, the list of CAP 1.2."""
NATURES = {True: "Simulated", False: "Observed"}

MOVEMENTS = {"voyage": "Voyage", "recommended": "RoutePlan", "patrol": "PatrolRoutePlan", "search": "SearchPattern"}
"""MovementType of each kind of plan."""
SENSORS = {
    "ais": "AutomaticIdentificationSystem", "radar": "MaritimeRadar", "sar": "SyntheticApertureRadar",
    "optical": "EOIROptronicSystem", "visual": "Sighting", "vms": "VesselMonitoringSystem",
    "lrit": "LongRangeIdentificationTracking",
}  # fmt: skip
"""SensorType of each sensor we name; any other is not sent."""
